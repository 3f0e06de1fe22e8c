"""请示报告: what must go up and when, what waits for a reply, an emergency told by word, proof before decisions."""
