"""Invented names of people, places and workplaces.  Pure; the same random source gives the same names.

The surnames are common ones; the given names are put together from characters chosen for this list, so that a match
with anybody real is chance.  No sector or group that tells a person's religion or ethnicity is invented here.
"""

from __future__ import annotations

import random

CITY = "青澜市"
COUNTIES = ("松汀区", "云埠区", "岚溪县", "柘浦县", "鹤汀县", "望澜县")
#: Administrative codes begin with 98, which GB/T 2260 assigns to nobody.
CITY_CODE = "980100"

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯"
    "邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚"
) + ("欧阳", "上官", "司徒", "诸葛", "令狐", "尉迟")
GIVEN = tuple(
    "砚禾汀岚屿澜川朗舟衡序言知行谨诺远舒宁安和平乐予恒毅明哲思齐修文博雅清源松柏青林书墨云帆逸尘景曦晨昀晟泽润霖沐溪雨桐梓楠竹菲苒若兰芷薇秋筠"
    "采薇映雪语棠瑶琳琅瑾瑜珺琬钰铭锐铎钧立本务实守拙致用怀谷牧野望山观澜听涛临风"
)
EMPLOYERS = (
    "市第一中学", "市实验小学", "青澜学院", "市人民医院", "市中医院", "市妇幼保健院", "市农业科学研究所", "市文化馆", "市图书馆", "市博物馆",
    "澜江水务公司", "青禾农业合作社", "汀州机械厂", "云帆软件公司", "岚谷茶业公司", "松原建筑公司", "远川物流公司", "市规划设计院", "市律师事务所",
    "市会计师事务所", "市发展研究中心", "市融媒体中心", "市青少年宫", "市体育中心", "市社会福利院", "市质量检测中心", "市气象台", "市环境监测站",
    "市供销合作社", "市职业技术学校",
)  # fmt: skip
POSITIONS = (
    "主任",
    "副主任",
    "负责人",
    "副院长",
    "教师",
    "研究员",
    "总经理",
    "副总经理",
    "工程师",
    "主任医师",
    "理事长",
    "科长",
    "馆员",
    "律师",
)
SECTORS = (
    ("中共", 9), ("民革", 4), ("民盟", 5), ("民建", 5), ("民进", 4), ("农工党", 4), ("致公党", 3), ("九三学社", 4), ("无党派人士", 5),
    ("共青团", 3), ("总工会", 4), ("妇联", 4), ("青联", 3), ("工商联", 8), ("科协", 4), ("侨联", 3), ("文化艺术", 6), ("科学技术", 6),
    ("社会科学", 4), ("经济", 9), ("农业", 7), ("教育", 8), ("体育", 3), ("新闻出版", 4), ("医药卫生", 7), ("社会福利和社会保障", 4),
    ("环境资源", 4), ("特邀", 8),
)  # fmt: skip
#: Sector → affiliation code of its members, where the sector is a party.
SECTOR_PARTY = {
    "中共": "01", "民革": "04", "民盟": "05", "民建": "06", "民进": "07", "农工党": "08", "致公党": "09", "九三学社": "10", "无党派人士": "12",
    "共青团": "01",
}  # fmt: skip
COMMITTEES = (
    "提案委员会", "经济委员会", "农业和农村委员会", "人口资源环境委员会", "教科卫体委员会", "社会法制委员会", "文化文史和学习委员会",
    "港澳台侨和外事委员会", "委员工作委员会",
)  # fmt: skip
GROUP_TOPICS = (
    "乡村振兴", "产业发展", "生态环保", "基层治理", "教育医疗", "文化旅游", "营商环境", "城市更新", "青年成长", "数字经济",
)  # fmt: skip
DEPARTMENTS = ("办公室", "研究室", "人事处", "信息处", "行政处")
PLACES = ("机关三楼会议室", "委员之家", "一楼多功能厅", "支部活动室", "远程会议室", "市党群服务中心", "澜江社区")
STUDY_TOPICS = (
    "统筹发展和安全", "全过程人民民主", "加强作风建设", "乡村全面振兴", "人民政协理论", "新质生产力", "生态文明建设", "法治建设",
    "文化传承发展", "民营经济发展", "教育科技人才", "基层治理",
)  # fmt: skip
PRACTICES = (
    "把支部会开到调研点，当天形成三条建议。", "老委员与新委员结对，共同完成一件提案。", "每次主题党日留十分钟听界别群众意见。",
    "学习后由一名委员用方言讲给界别群众听。",
)  # fmt: skip
#: Ethnic groups (GB/T 3304) and how often they occur.
ETHNIC_GROUPS = (("01", 955), ("03", 12), ("11", 10), ("15", 8), ("06", 6), ("08", 5), ("02", 4))


class Names:
    """Gives out invented names; a name comes twice only now and then, as in a real register."""

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._given: list[str] = []

    def person(self) -> str:
        """Return a surname with one or two given characters."""
        if len(self._given) > 40 and self._source.random() < 0.004:
            return self._source.choice(self._given)
        while True:
            count = 2 if self._source.random() < 0.72 else 1
            name = self._source.choice(SURNAMES) + "".join(self._source.sample(GIVEN, count))
            if name not in self._given:
                self._given.append(name)
                return name

    def ethnic_group(self) -> str:
        """Return a code of GB/T 3304 as often as it occurs."""
        codes, weights = zip(*ETHNIC_GROUPS, strict=True)
        return self._source.choices(codes, weights)[0]

    def employer(self, place: str) -> str:
        """Return a workplace in ``place``, a city or county."""
        name = self._source.choice(EMPLOYERS)
        return name.replace("市", place, 1) if name.startswith("市") else name

    def position(self) -> str:
        """Return what somebody does there."""
        return self._source.choice(POSITIONS)
