import { PERMISSIONS } from "../../../db/model/access.ts";
import type { Story } from "../fixture-server.ts";
import type { State } from "./state.ts";

const ADMIN: Story = {
  cards: 400,
  person: {
    kind: "person",
    name: "Li Lei",
    email: "p-2@example.com",
    roles: ["admin"],
    permissions: PERMISSIONS,
    teams: null,
    ways: ["password"],
    hasSession: true,
    signIn: { isOpen: false, hasPassword: true, providers: [{ id: "corp", name: "Corp SSO" }], needsSetUp: false },
  },
};

/** Pages of people, of one's own account and of tokens. */
export const PEOPLE_STATES: readonly State[] = [
  { name: "people", whole: true, story: ADMIN, at: "/people", says: ["邀请", "Invite"] },
  {
    name: "people-one",
    whole: true,
    story: ADMIN,
    at: "/people?person=p-1",
    says: ["重设密码的链接", "Link for a new password"],
  },
  { name: "people-hostile", story: { ...ADMIN, mood: "hostile" }, at: "/people?person=p-1", says: ["保存", "Save"] },
  { name: "people-320", story: ADMIN, at: "/people", width: 320, says: ["邀请", "Invite"] },
  { name: "people-error", story: { ...ADMIN, mood: "error" }, at: "/people", says: ["重试", "Try again"] },
  { name: "account", whole: true, story: ADMIN, at: "/account", says: ["修改密码", "Change the password"] },
  { name: "account-320", story: ADMIN, at: "/account", width: 320, says: ["当前", "this one"] },
  { name: "account-open", story: { cards: 400 }, at: "/account", says: ["不用登录", "Nobody signs in here"] },
  { name: "tokens", whole: true, story: ADMIN, at: "/tokens", says: ["新建令牌", "New token"] },
  { name: "tokens-0", story: { ...ADMIN, cards: 0 }, at: "/tokens", says: ["还没有令牌", "No tokens yet"] },
  { name: "tokens-320", story: ADMIN, at: "/tokens", width: 320, says: ["撤销", "Revoke"] },
];
