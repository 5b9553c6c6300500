import { PERMISSIONS } from "../../../db/model/access.ts";
import type { Story } from "../fixture-server.ts";
import type { State } from "./state.ts";

const ADMIN: Story = {
  cards: 1_000,
  person: {
    kind: "person",
    name: "Han Mei",
    email: "han@example.com",
    roles: ["admin"],
    permissions: PERMISSIONS,
    teams: null,
    signIn: { isOpen: false, hasPassword: true, providers: [], needsSetUp: false },
  },
};

export const ACTS_STATES: readonly State[] = [
  { name: "audit", whole: true, story: ADMIN, at: "/audit", says: ["记录", "Record"] },
  { name: "audit-0", story: { ...ADMIN, cards: 0 }, at: "/audit", says: ["还没有记录", "Nothing on record yet"] },
  { name: "audit-no-match", story: ADMIN, at: "/audit?q=nobody", says: ["没有符合筛选", "Nothing on record matches"] },
  { name: "audit-error", story: { ...ADMIN, mood: "error" }, at: "/audit", says: ["重试", "Try again"] },
  { name: "audit-320", story: ADMIN, at: "/audit", width: 320, says: ["校验", "Verify"] },
  {
    name: "approvals",
    whole: true,
    story: ADMIN,
    at: "/approvals?id=9",
    says: ["需要别人来决定", "Somebody else has to"],
  },
  { name: "approvals-0", story: { ...ADMIN, cards: 0 }, at: "/approvals", says: ["没有等待的改动", "Nothing waits"] },
  {
    name: "approvals-effect",
    story: ADMIN,
    at: "/approvals?id=3",
    act: "effect",
    says: ["会改变什么", "What would change"],
  },
  {
    name: "approvals-prices",
    story: ADMIN,
    at: "/approvals?id=9",
    act: "effect",
    says: ["个资源池的价格变化", "pools change price"],
  },
  { name: "approvals-320", story: ADMIN, at: "/approvals", width: 320, says: ["同意", "Approve"] },
  { name: "open-console", story: { cards: 1_000 }, at: "/sources", says: ["这里无需登录", "Nobody signs in here"] },
];
