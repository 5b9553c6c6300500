import { CollectError } from "../../collectors/collector.ts";
import { noteOf, readNote } from "../demo-note.ts";
import { openFetcher } from "../egress/fetcher.ts";
import { openPolicy } from "../egress/policy.ts";
import type { CliParts } from "./parts.ts";

export type DemoFaultFlags = {
  readonly node: string;
  readonly card?: number;
  readonly place: string;
  readonly minutes: number;
  readonly dataDir: string;
};

const MOST_BYTES = 4 * 1_048_576;

/** `dapan demo fault <kind>`: makes the fleet of a running demo suffer, and says what was struck. Exit 1 when it could not. */
export async function demoFault(kind: string, flags: DemoFaultFlags, { clock, say, print }: CliParts): Promise<number> {
  const fleetUrl = await readNote(flags.dataDir);
  if (fleetUrl === null) {
    say(
      `no demo runs here: ${noteOf(flags.dataDir)} is not there. Start one with \`dapan demo\`, or name its folder with --data-dir.`,
    );
    return 1;
  }
  const url = new URL("/fault", fleetUrl);
  const asked = { kind, node: flags.node, place: flags.place, minutes: String(flags.minutes) };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  if (flags.card !== undefined) url.searchParams.set("card", String(flags.card));
  const fetcher = openFetcher({
    clock,
    policy: openPolicy({ allow: ["127.0.0.0/8"], privateNetworks: false, refuse: [] }),
  });
  try {
    const answer = await fetcher.get("demo-fault", { url, headers: {}, deadlineMs: 10_000, maxBytes: MOST_BYTES });
    const text = Buffer.from(answer.body).toString("utf8").trim();
    if (answer.status !== 200) {
      say(text);
      return 1;
    }
    print(struckText(kind, JSON.parse(text) as { nodes: string[]; cards: string[]; until: number }));
    return 0;
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    say(`the demo's fleet at ${fleetUrl} does not answer: ${error.message}. Is the demo still running?`);
    return 1;
  } finally {
    await fetcher.close();
  }
}

const SHOWN = 5;

function struckText(
  kind: string,
  { nodes, cards, until }: { nodes: string[]; cards: string[]; until: number },
): string {
  const some = (what: string, all: readonly string[]) =>
    `${what} ${all.slice(0, SHOWN).join(", ")}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ""}`;
  const whom = cards.length > 0 ? `${some("card", cards)} on ${some("node", nodes)}` : some("node", nodes);
  return `${kind}: ${whom}, until ${new Date(until).toISOString()}`;
}
