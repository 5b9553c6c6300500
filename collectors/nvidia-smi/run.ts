/** Runs nvidia-smi and finds out which of the wanted fields this driver knows. */
import { CollectError } from "../collector.ts";
import { IDENTITY_FIELDS, SMI_FIELDS } from "./agent-body.ts";

export type SmiExit = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Starting a program is an effect: it ends after `timeoutMs` at the latest (rejects then) and prints at most `maxBytes`. */
export type SmiEffects = {
  readonly spawn: (
    command: string,
    args: readonly string[],
    limits: { readonly timeoutMs: number; readonly maxBytes: number },
  ) => Promise<SmiExit>;
};

/** The arguments of a query for these fields. */
export const nvidiaSmiQuery = (fields: readonly string[] = SMI_FIELDS): readonly string[] => [
  `--query-gpu=${fields.join(",")}`,
  "--format=csv",
];

const LIMITS = { timeoutMs: 10_000, maxBytes: 4 * 1024 * 1024 }; // a hung driver hangs nvidia-smi too
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ["clocks.current.sm", "clocks.sm"],
  ["clocks.current.memory", "clocks.mem"],
]);

/**
 * One reading: nvidia-smi's output, and the fields to ask for the next time. nvidia-smi refuses a whole query for one
 * field it does not know and names it; the field is asked for by its old name, or given up, until the query passes.
 *
 * @throws CollectError timeout, connect (cannot be started, driver not loaded), or malformed (refuses without naming a field)
 */
export async function runNvidiaSmi(
  effects: SmiEffects,
  fields: readonly string[] = SMI_FIELDS,
): Promise<{ readonly csv: string; readonly fields: readonly string[] }> {
  let asked = fields;
  for (;;) {
    const exit = await spawn(effects, asked);
    const refused = refusedField(exit);
    if (refused === null) {
      if (exit.code === 0 || isPartial(exit)) return { csv: exit.stdout, fields: asked };
      throw new CollectError("connect", `nvidia-smi ended with ${exit.code}: ${firstLine(exit)}; does it run by hand?`);
    }
    const fewer = without(asked, refused);
    if (fewer === null) {
      throw new CollectError(
        "malformed",
        `nvidia-smi does not know the field ${refused}, without which no card has a name`,
      );
    }
    asked = fewer;
  }
}

async function spawn(effects: SmiEffects, fields: readonly string[]): Promise<SmiExit> {
  try {
    return await effects.spawn("nvidia-smi", nvidiaSmiQuery(fields), LIMITS);
  } catch (cause) {
    if (cause instanceof CollectError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CollectError("connect", `cannot run nvidia-smi: ${why.slice(0, 200)}; is the NVIDIA driver installed?`, {
      cause,
    });
  }
}

/** `Field "foo" is not a valid field to query.` */
function refusedField({ stdout, stderr, code }: SmiExit): string | null {
  if (code === 0) return null;
  return /Field "([^"]{1,200})" is not a valid field/.exec(`${stdout}\n${stderr}`)?.[1] ?? null;
}

/** One lost card makes the exit code bad while its neighbours are printed well. */
const isPartial = ({ stdout }: SmiExit): boolean => /^index, uuid,/m.test(stdout);

/** null when it cannot be done without the field, or it was not asked for and would be refused for ever. */
function without(fields: readonly string[], refused: string): readonly string[] | null {
  if ((IDENTITY_FIELDS as readonly string[]).includes(refused) || !fields.includes(refused)) return null;
  const old = OLD_NAMES.get(refused);
  return fields.flatMap((field) => (field !== refused ? [field] : old === undefined ? [] : [old]));
}

const firstLine = ({ stdout, stderr }: SmiExit): string =>
  (stderr.trim() || stdout.trim()).split("\n", 1)[0]?.slice(0, 200) || "no output";
