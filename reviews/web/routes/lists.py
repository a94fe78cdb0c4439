"""What lists have in common: completion, kept views, columns, actions on many."""

from django.urls import path

from reviews.web.views import bulk, columns, completion, views_kept

urlpatterns = [
    path("lists/<slug:name>/completion/", completion.completion, name="list_completion"),
    path("lists/<slug:name>/columns/", columns.columns, name="list_columns"),
    path("lists/<slug:name>/views/", views_kept.views, name="list_views"),
    path("lists/<slug:name>/views/restore/", views_kept.restore, name="list_view_restore"),
    path("lists/<slug:name>/views/<uuid:uid>/", views_kept.view, name="list_view"),
    path("lists/<slug:name>/views/<uuid:uid>/remove/", views_kept.remove, name="list_view_remove"),
    path("lists/<slug:name>/many/export/", bulk.export, name="bulk_export"),
    path("lists/<slug:name>/many/<slug:action>/", bulk.bulk, name="bulk"),
    path("lists/done/<uuid:uid>/", bulk.done, name="bulk_done"),
    path("lists/done/<uuid:uid>/undo/", bulk.undo, name="bulk_undo"),
]
