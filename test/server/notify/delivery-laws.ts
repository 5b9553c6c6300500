import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { PLATFORMS } from "../../../server/notify/platforms.ts";
import { seen, type World } from "./delivery-world.ts";

/** Each throws when the world broke it. */
type Law = (world: World) => void;

const PATHS = new Map([
  [1, "dingtalk/a"],
  [2, "webhook/b"],
]);
const endsWith = (list: readonly string[]): string | undefined => list.at(-1);
function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const one of whole) if (part[at] === one) at++;
  return at === part.length;
}
function must(claim: boolean, words: () => string): void {
  if (!claim) throw new Error(words());
}

/** D-01: what was delivered of an incident happened, in that order, and ends with what is so now. */
export const tellsTheTruthInOrder: Law = ({ stage, real }) => {
  const isDead = [...stage.store.rows.values()].some(({ state }) => state === "dead");
  for (const path of PATHS.values()) {
    const said = seen(stage.bots.accepted(path));
    for (const [incident, states] of real) {
      const heard = said.get(incident) ?? [];
      must(
        isSubsequence(heard, states),
        () => `${path}: incident ${incident} went ${states.join()}, heard ${heard.join()}`,
      );
      if (isDead) continue; // given up, visible, replayable
      must(
        endsWith(heard) === endsWith(states),
        () => `${path}: incident ${incident} is ${endsWith(states)}, heard ${heard.join()}`,
      );
    }
  }
};

/** D-02: every message ends as exactly one thing, and what was folded is in one that ended. */
export const losesNothing: Law = ({ stage: { store }, put }) => {
  const rows = [...store.rows.values()];
  const own = rows.filter(({ notice }) => notice.kind !== "channel_trouble");
  must(own.length === put, () => `${put} messages were left, ${own.length} are there`);
  for (const row of rows) {
    must(row.state !== "waiting", () => `${row.id} waits for ever`);
    if (row.state !== "coalesced") continue;
    let into = store.rows.get(row.coalescedInto);
    const path = new Set([row.id]);
    while (into?.state === "coalesced" && !path.has(into.id)) {
      path.add(into.id);
      into = store.rows.get(into.coalescedInto);
    }
    must(into !== undefined && into.state !== "coalesced", () => `${row.id} was folded into nothing`);
    for (const id of row.incidentIds)
      must(into?.incidentIds.includes(id) === true, () => `${into?.id} does not know incident ${id} of ${row.id}`);
  }
};

/** D-03: no minute has more tries than the endpoint takes, and failures are as far apart as the schedule says. */
export const asksNoMoreThanAllowed: Law = ({ stage }) => {
  const steps = [5, 30, 120, 300, 600].map((s) => s * SECOND_MS);
  for (const [id, path] of PATHS) {
    const times = stage.posts.filter((post) => post.path === path).map(({ at }) => at);
    const channel = stage.store.byId.get(id)!;
    for (const { count, perMs } of PLATFORMS[channel.kind].rate) {
      for (const at of times) {
        const within = times.filter((other) => other >= at && other < at + perMs).length;
        must(within <= count, () => `${path}: ${within} tries within ${perMs} ms`);
      }
    }
    const tries = stage.store.deliveries.filter((one) => one.channelId === id);
    let failures = 0;
    for (const [i, one] of tries.entries()) {
      const before = tries[i - 1];
      if (before !== undefined && before.class !== "ok" && !(before.class === "bad_body" && failures <= 3)) {
        const wait = one.at - before.at;
        const least =
          before.class === "rate_limited" && id === 1
            ? Math.max(steps[failures - 1] ?? 600_000, MINUTE_MS)
            : (steps[failures - 1] ?? 600_000);
        must(wait >= least, () => `${path}: tried again after ${wait} ms, failure ${failures}`);
      }
      failures = one.class === "ok" ? 0 : failures + 1;
    }
  }
};

/** D-04: one message id never with two bodies. */
export const oneIdOneBody: Law = ({ stage }) => {
  const bodies = new Map<string, string>();
  for (const { path, request } of stage.posts) {
    if (path !== "webhook/b") continue;
    const id = request.headers["webhook-id"] ?? "";
    const known = bodies.get(id);
    must(known === undefined || known === request.body, () => `${id} was sent with two bodies`);
    bodies.set(id, String(request.body));
  }
};
