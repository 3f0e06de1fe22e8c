"""Registers the activities package with Django, its facts with the judgement, its holdings on people."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.activities"
    label = "activities"
    verbose_name = "活动"

    def ready(self) -> None:
        """Register the source of facts and what is held on people; models are loaded by now."""
        from tongxin.activities import digests, dossier, figures, listings, occurrences  # noqa: PLC0415 - need the models, which load first

        occurrences.register()
        dossier.register_all()
        digests.register()
        figures.register_all()
        listings.register_all()
