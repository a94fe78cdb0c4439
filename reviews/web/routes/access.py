"""Routes of Limited Access: lists, applying, one row and its steps, customers."""

from django.urls import path

from reviews.web.views import access, access_applying, access_asking, access_pages, customers

urlpatterns = [
    path("access/", access.applications, name="access"),
    path("access/grants/", access.grants, name="access_grants"),
    path("access/exceptions/", access.exceptions, name="access_exceptions"),
    path("access/extensions/", access.extensions, name="access_extensions"),
    path("access/customers/", access.customers, name="access_customers"),
    path("access/apply/", access_applying.choose, name="access_apply"),
    path("access/apply/details/", access_applying.details, name="access_apply_details"),
    path("access/exceptions/ask/", access_asking.choose_scenario, name="access_exception_choose"),
    path(
        "access/exceptions/ask/<uuid:scenario>/",
        access_asking.ask_exception,
        name="access_exception_ask",
    ),
    path(
        "access/deployments/<uuid:uid>/extension/",
        access_asking.ask_extension,
        name="access_extension_ask",
    ),
    path("access/customers/new/", customers.new, name="customer_new"),
    path("access/customers/<uuid:uid>/", customers.customer, name="customer"),
    path(
        "access/customers/<uuid:uid>/deployments/new/",
        customers.new_deployment,
        name="deployment_new",
    ),
    path("access/customers/<uuid:uid>/<slug:name>/", customers.step, name="customer_step"),
    path("access/applications/<uuid:uid>/", access_pages.application, name="access_application"),
    path(
        "access/applications/<uuid:uid>/<slug:name>/",
        access_pages.application_step,
        name="access_application_step",
    ),
    path("access/grants/<uuid:uid>/", access_pages.grant, name="access_grant"),
    path(
        "access/grants/<uuid:uid>/<slug:name>/",
        access_pages.grant_step,
        name="access_grant_step",
    ),
    path("access/exceptions/<uuid:uid>/", access_pages.exception, name="access_exception"),
    path(
        "access/exceptions/<uuid:uid>/<slug:name>/",
        access_pages.exception_step,
        name="access_exception_step",
    ),
    path("access/extensions/<uuid:uid>/", access_pages.extension, name="access_extension"),
    path(
        "access/extensions/<uuid:uid>/<slug:name>/",
        access_pages.extension_step,
        name="access_extension_step",
    ),
]
