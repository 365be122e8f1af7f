"""The person in a post who acts: passed to every action as `by`."""

from dataclasses import dataclass

from bangfu.foundations.organisations.models import Organisation, Post, Role, User


@dataclass(frozen=True)
class Acting:
    """A user in one of their posts."""

    user: User
    post: Post

    @property
    def org(self) -> Organisation:
        return self.post.org

    @property
    def role(self) -> Role:
        return Role(self.post.role)

    @property
    def post_id(self) -> int:
        return self.post.id

    @property
    def role_label(self) -> str:
        return self.post.role_label

    def acts_for(self, thing) -> Organisation | None:
        """The union below on whose behalf this post acts on `thing` (代办), or None when it is its own."""
        if isinstance(thing, Organisation):
            return None
        return thing.org if thing.org_id != self.org.id and self.org.is_above(thing) else None


def posts_of(user: User) -> list[Post]:
    """The current posts of a user with their unions, highest level first. One query."""
    return list(Post.objects.current().filter(user=user).select_related("org", "user"))
