"""Let nobody change history."""

from alembic import op

revision = "chassis_0003"
down_revision = "chassis_0002"
branch_labels = None
depends_on = None

# every role that was given something, the owner among them; only `private` may be erased (UU 27/2022)
APPEND_ONLY = """
DO $$
DECLARE role text;
BEGIN
    FOR role IN
        SELECT DISTINCT CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(held.grantee)) END
        FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) AS held
        WHERE pg_class.oid = 'history'::regclass
    LOOP
        EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE ON history FROM ' || role;
        IF role <> 'PUBLIC' THEN
            EXECUTE 'GRANT UPDATE (private) ON history TO ' || role;
        END IF;
    END LOOP;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(APPEND_ONLY)
