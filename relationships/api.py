"""The REST interface of customers, suppliers, complaints and surveys."""

from relationships import (
    action_api,
    complaint_api,
    feedback_api,
    questionnaire_api,
    register_api,
    spending_api,
    supplier_api,
    survey_api,
    survey_review_api,
)

urlpatterns = [
    *action_api.urlpatterns, *complaint_api.urlpatterns, *register_api.urlpatterns, *spending_api.urlpatterns,
    *supplier_api.urlpatterns, *survey_api.urlpatterns, *questionnaire_api.urlpatterns, *survey_review_api.urlpatterns,
    *feedback_api.urlpatterns,
]  # fmt: skip
