"""The addresses of customers, suppliers, complaints and surveys."""

from django.urls import path

from relationships import (
    complaint_views,
    contract_files,
    contract_views,
    customer_views,
    feedback_views,
    review_views,
    spending_views,
    supplier_case_views,
    supplier_views,
    survey_urls,
)

app_name = "relationships"
urlpatterns = [
    path("complaints/", complaint_views.complaints, name="complaints"),
    path("complaints/new/", complaint_views.new, name="complaint_new"),
    path("complaints/<str:number>/attempts/", complaint_views.attempt, name="complaint_attempt"),
    path("feedback/", feedback_views.feedback, name="feedback"),
    path("feedback/<int:pk>/answer/", feedback_views.answer, name="feedback_answer"),
    path("suppliers/", supplier_views.register, name="suppliers"),
    path("suppliers/new/", supplier_views.edit, name="supplier_new"),
    path("suppliers/<slug:code>/", supplier_views.supplier, name="supplier"),
    path("suppliers/<slug:code>/edit/", supplier_views.edit, name="supplier_edit"),
    path("suppliers/<slug:code>/contacts/", supplier_views.contact, name="supplier_contact"),
    path("suppliers/<slug:code>/evaluations/", supplier_views.evaluate, name="supplier_evaluate"),
    path("suppliers/<slug:code>/disputes/", supplier_views.dispute, name="supplier_dispute"),
    path("suppliers/<slug:code>/contracts/new/", contract_views.new_contract, name="contract_new"),
    path("contracts/<str:number>/edit/", contract_views.edit_contract, name="contract_edit"),
    path("contracts/<str:number>/files/", contract_files.attach, name="contract_files"),
    path("contracts/<str:number>/files/<int:pk>/", contract_files.read, name="contract_file"),
    path("contracts/<str:number>/budgets/new/", spending_views.budget, name="budget_new"),
    path("contracts/<str:number>/budgets/<int:pk>/", spending_views.budget, name="budget"),
    path("contracts/<str:number>/invoices/new/", spending_views.enter, name="invoice_new"),
    path("contracts/<str:number>/invoices/<int:pk>/", spending_views.invoice, name="invoice"),
    path("contracts/<str:number>/spending.csv", spending_views.spending_file, name="spending_csv"),
    path("supplier-cases/", supplier_case_views.cases, name="supplier_cases"),
    path("supplier-cases/open/<str:number>/", supplier_case_views.ask, name="supplier_ask"),
    path("customers/", customer_views.register, name="customers"),
    path("customers/new/", customer_views.edit, name="customer_new"),
    path("customers/<slug:code>/", customer_views.customer, name="customer"),
    path("customers/<slug:code>/edit/", customer_views.edit, name="customer_edit"),
    path("customers/<slug:code>/contacts/", customer_views.contact, name="customer_contact"),
    path("customers/<slug:code>/reviews/", customer_views.plan_review, name="customer_review"),
    path("reviews/<str:number>/minutes.pdf", review_views.minutes, name="review_pdf"),
    path("reviews/<str:number>/actions/new/", review_views.act, name="review_action"),
    *survey_urls.urlpatterns,
]
