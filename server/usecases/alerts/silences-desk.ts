import type { Database } from "../../../db/database.ts";
import type { SilenceRow } from "../../../db/model/alert-views.ts";
import type { Silence } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { addSilence, endSilence, readSilences } from "../../../db/store/silences.ts";
import { ServiceError } from "../../errors.ts";
import type { AlertsPort } from "./alerts-port.ts";
import type { Engine } from "./engine-port.ts";

export type SilencesDesk = Pick<AlertsPort, "silences" | "addSilence" | "endSilence">;

export type SilencesDeskParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly engine: Pick<Engine, "open" | "changed">;
  /** When a silence begins to hold next; null = it holds now, or never again. */
  readonly nextOf: (silence: Silence, now: UnixMs) => UnixMs | null;
};

const MOST_SHOWN = 500;
const LONGEST_MS = 366 * 86_400_000;

/** Silences and maintenance: who made them, what they hold back, and when they end. */
export function openSilencesDesk({ db, clock, engine, nextOf }: SilencesDeskParts): SilencesDesk {
  return {
    async silences() {
      const now = clock.now();
      const holds = new Map<string, number>();
      for (const { suppressedBy, suppressor } of engine.open())
        if (suppressedBy === "silence" || suppressedBy === "maintenance")
          holds.set(suppressor, (holds.get(suppressor) ?? 0) + 1);
      const rows = await readSilences(db, MOST_SHOWN);
      return rows.map((one): SilenceRow => {
        const nextFrom = isOver(one, now) ? null : nextOf(one, now);
        const state = isOver(one, now) ? "expired" : nextFrom === null ? "active" : "pending";
        return { ...one, state, nextFrom, holds: holds.get(String(one.id)) ?? 0 };
      });
    },
    async addSilence(wish) {
      const fault = faultOf(wish, clock.now());
      if (fault !== null) throw new ServiceError("invalid", fault);
      const id = await addSilence(db, wish);
      engine.changed();
      return id;
    },
    async endSilence(id, _who) {
      if (!(await endSilence(db, id, clock.now())))
        throw new ServiceError("not_found", `silence ${id} is over already, or there is none`);
      engine.changed();
    },
  };
}

const isOver = ({ endedAt, to }: Silence, now: UnixMs): boolean => endedAt !== null || (to !== null && to <= now);

/** Why a silence cannot be made; null = it can. */
function faultOf(wish: Omit<Silence, "id" | "endedAt">, now: UnixMs): string | null {
  const isAboutAll =
    Object.keys(wish.where).length === 0 &&
    wish.ruleIds.length === 0 &&
    wish.nodes.length === 0 &&
    wish.cards.length === 0 &&
    wish.fingerprint === "";
  if (isAboutAll) return "this would silence everything; name a rule, a place, a node or a card";
  if (wish.to !== null && wish.to <= wish.from) return "it ends before it begins; set a later end";
  if (wish.to !== null && wish.to <= now) return "it ends in the past; set a later end";
  if (wish.to !== null && wish.to - wish.from > LONGEST_MS) return "it lasts more than a year; set an earlier end";
  if (wish.to === null && wish.fingerprint === "" && wish.recurs === null)
    return "a silence without an end is for one incident; set an end";
  return wish.recurs === null ? null : zoneFault(wish.recurs.zone);
}

function zoneFault(zone: string): string | null {
  try {
    void Intl.DateTimeFormat("en", { timeZone: zone });
    return null;
  } catch {
    return `"${zone}" is no time zone; write one like Asia/Shanghai`;
  }
}
