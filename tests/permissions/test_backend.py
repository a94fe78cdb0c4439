"""What sign-in knows of a person: one query, and the same answer as the groups give."""

import pytest
from django.contrib.auth.models import Permission

from reviews.domain.enums import Role
from reviews.models import User
from reviews.permissions.backend import RoleBackend
from tests.builders import user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_the_roles_table_and_the_groups_agree(role: Role, roles: None) -> None:
    person = user("ada", role)
    in_groups = Permission.objects.filter(group__name=role.value).values_list("codename", flat=True)
    assert RoleBackend().get_all_permissions(person) == {f"reviews.{code}" for code in in_groups}


def test_a_request_s_person_comes_with_the_roles(roles: None, django_assert_num_queries) -> None:
    pk = user("ada", Role.LEAD, Role.REVIEWER).pk
    with django_assert_num_queries(1):
        person = RoleBackend().get_user(pk)
        assert person is not None
        assert person.has_perm("reviews.decide_usecase")
        assert person.has_perm("reviews.review_usecase")
        assert not person.has_perm("reviews.administer_portal")


def test_nobody_who_is_inactive_may_do_anything(roles: None) -> None:
    person = user("ada", Role.ADMIN)
    User.objects.filter(pk=person.pk).update(is_active=False)
    person = User.objects.get(pk=person.pk)
    assert RoleBackend().get_user(person.pk) is None
    assert not person.has_perm("reviews.administer_portal")


def test_rows_of_the_admin_s_own_count_for_staff_only(roles: None) -> None:
    person = user("ada", Role.REQUESTER)
    person.user_permissions.add(Permission.objects.get(codename="view_team"))
    assert not User.objects.get(pk=person.pk).has_perm("reviews.view_team")
    User.objects.filter(pk=person.pk).update(is_staff=True)
    assert User.objects.get(pk=person.pk).has_perm("reviews.view_team")
