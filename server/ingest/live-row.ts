import { FIELD } from "../../db/model/card-fields.ts";
import type { CardState } from "../../db/model/fleet.ts";
import type { CardFrame } from "../../db/model/frame.ts";
import type { CardRow, StateReason } from "../../db/model/views.ts";
import type { StateVerdict } from "../domain/card-state.ts";
import type { KnownCard } from "./card-registry.ts";

/** A reading is repeated to the pages when it moved by at least this much; the table stays still otherwise. */
const VISIBLE = { ratio: 0.005, bytes: 2 ** 26, watts: 2, celsius: 1, readMs: 60_000 };

// The numbers of a row, NaN = null.
const UTIL = 0;
const MEMORY_USED = 1;
const MEMORY_TOTAL = 2;
const POWER = 3;
const TEMPERATURE = 4;
const SINCE = 5;
const LAST_READ = 6;
const NUMBERS = 7;

/**
 * What is shown of a card, overwritten in place by every reading that shows. The row itself is made when somebody asks:
 * made for every reading of a fleet, rows were a third of what V8's marking was started by.
 */
export class LiveRow {
  state: CardState = "unknown";
  holder = "";
  private readonly card: { readonly id: number; readonly uuid: string };
  private why: StateReason;
  private poolId: number;
  private node: string;
  private position: string;
  private readonly numbers = new Float64Array(NUMBERS).fill(NaN);
  private made: CardRow | null = null;

  constructor(card: KnownCard, unread: StateReason) {
    this.card = { id: card.id, uuid: card.uuid };
    this.why = unread;
    this.poolId = card.pool.id;
    this.node = card.node;
    this.position = card.position;
  }

  /** Where the card stands. Whether that shows. */
  stand({ pool, node, position }: KnownCard): boolean {
    if (pool.id === this.poolId && node === this.node && position === this.position) return false;
    this.poolId = pool.id;
    this.node = node;
    this.position = position;
    this.made = null;
    return true;
  }

  /** What a reading says, and how it was judged. Whether that shows: only then is anything of it kept. */
  read(verdict: StateVerdict, { values, at }: CardFrame, offset: number, holder: string): boolean {
    const said = values[offset + FIELD.utilRatio]!;
    const util = said === said ? said : values[offset + FIELD.engineRatio]!; // NaN
    const used = values[offset + FIELD.memoryUsedBytes]!;
    const total = values[offset + FIELD.memoryTotalBytes]!;
    const power = values[offset + FIELD.powerWatts]!;
    const temperature = values[offset + FIELD.temperatureCelsius]!;
    const { numbers } = this;
    const shows =
      verdict.state !== this.state ||
      verdict.why !== this.why ||
      holder !== this.holder ||
      moved(numbers[UTIL]!, util, VISIBLE.ratio) ||
      moved(numbers[MEMORY_USED]!, used, VISIBLE.bytes) ||
      moved(numbers[MEMORY_TOTAL]!, total, 1) ||
      moved(numbers[POWER]!, power, VISIBLE.watts) ||
      moved(numbers[TEMPERATURE]!, temperature, VISIBLE.celsius) ||
      moved(numbers[LAST_READ]!, at, VISIBLE.readMs);
    if (!shows) return false;
    this.enter(verdict, at);
    this.holder = holder;
    numbers[UTIL] = util;
    numbers[MEMORY_USED] = used;
    numbers[MEMORY_TOTAL] = total;
    numbers[POWER] = power;
    numbers[TEMPERATURE] = temperature;
    numbers[LAST_READ] = at;
    this.made = null;
    return true;
  }

  /** Nothing speaks for the card any more, since `at`. Whether that shows. */
  silence(why: StateReason, at: number): boolean {
    const { numbers } = this;
    let wasSaid = false;
    for (let i = UTIL; i <= TEMPERATURE; i += 1) {
      wasSaid ||= !Number.isNaN(numbers[i]!);
      numbers[i] = NaN;
    }
    if (this.state === "unknown" && this.why === why && !wasSaid) return false;
    this.enter({ state: "unknown", why }, at);
    this.made = null;
    return true;
  }

  /** `since` stays while the state does. Of the state a card is first met in, nobody knows since when. */
  private enter({ state, why }: StateVerdict, at: number): void {
    if (Number.isNaN(this.numbers[LAST_READ]!)) this.numbers[SINCE] = NaN;
    else if (this.state !== state) this.numbers[SINCE] = at;
    this.state = state;
    this.why = why;
  }

  /** The row; the same object until it shows something else. */
  get row(): CardRow {
    this.made ??= {
      id: this.card.id,
      uuid: this.card.uuid,
      poolId: this.poolId,
      node: this.node,
      position: this.position,
      state: this.state,
      why: this.why,
      since: this.number(SINCE),
      holder: this.holder,
      utilRatio: this.number(UTIL),
      memoryUsedBytes: this.number(MEMORY_USED),
      memoryTotalBytes: this.number(MEMORY_TOTAL),
      powerWatts: this.number(POWER),
      temperatureCelsius: this.number(TEMPERATURE),
      util24h: null,
      coverage24h: null,
      lastReadAt: this.number(LAST_READ),
    };
    return this.made;
  }

  private number(which: number): number | null {
    const value = this.numbers[which]!;
    return Number.isNaN(value) ? null : value;
  }
}

/** Whether a number differs enough to show. NaN, not said, differs from every number and not from itself. */
function moved(a: number, b: number, by: number): boolean {
  return a === a && b === b ? Math.abs(a - b) >= by : a === a || b === b;
}
