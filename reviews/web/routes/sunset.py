"""Routes of the sunset register: the list, actions on many, one deployment, contacts, import."""

from django.urls import path

from reviews.web.views import sunset, sunset_bulk, sunset_importing, sunset_pages

urlpatterns = [
    path("sunset/", sunset.register, name="sunset"),
    path("sunset/remind/", sunset_bulk.bulk, {"action": "remind"}, name="sunset_bulk"),
    path("sunset/owner/", sunset_bulk.bulk, {"action": "owner"}, name="sunset_bulk_owner"),
    path("sunset/status/", sunset_bulk.bulk, {"action": "status"}, name="sunset_bulk_status"),
    path("sunset/import/", sunset_importing.upload, name="deployment_import"),
    path("sunset/import/<uuid:uid>/", sunset_importing.confirm, name="deployment_import_confirm"),
    path("sunset/deployments/<uuid:uid>/", sunset_pages.deployment, name="deployment"),
    path(
        "sunset/deployments/<uuid:uid>/<slug:name>/",
        sunset_pages.deployment_step,
        name="deployment_step",
    ),
    path("sunset/contacts/<uuid:uid>/", sunset_pages.contact, name="contact"),
    path("sunset/contacts/<uuid:uid>/<slug:name>/", sunset_pages.contact_step, name="contact_step"),
    path(
        "sunset/customers/<uuid:uid>/<slug:name>/",
        sunset_pages.customer_step,
        name="sunset_customer_step",
    ),
    path("sunset/attestations/<uuid:uid>/", sunset_pages.attestation, name="attestation"),
]
