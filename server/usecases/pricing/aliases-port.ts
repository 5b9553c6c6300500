import { cardModel } from "../../../db/model/card-models.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Database } from "../../../db/database.ts";
import { putAlias, readAliases } from "../../../db/store/aliases.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { AliasesPort, ChangeNote } from "../../context.ts";
import { ServiceError } from "../../errors.ts";

/** Names people have tied to models. Read once at the start: this process is where they are changed. */
export async function createAliases(db: Database, clock: Clock): Promise<AliasesPort> {
  const listeners = new Set<() => void>();
  const read = async (knownAt: UnixMs | null) =>
    new Map((await readAliases(db, knownAt)).map(({ name, model }) => [name, model]));
  let current: ReadonlyMap<string, string> = await read(null);
  return {
    current: () => current,
    at: (knownAt) => (knownAt === null ? Promise.resolve(current) : read(knownAt)),
    async set(name, model, note) {
      await putAlias(db, { name, model }, { ...note, now: () => clock.now() });
      current = await read(null);
      for (const tell of listeners) tell();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}

/**
 * Says that a card's name means a model we know, or (model null) that it does not any more.
 * @throws ServiceError "invalid" for a model without a data sheet, or a name that is one of ours already
 */
export async function setAlias(
  aliases: AliasesPort,
  { name, model }: { readonly name: string; readonly model: string | null },
  note: ChangeNote,
): Promise<void> {
  const written = name.trim();
  if (written === "")
    throw new ServiceError("invalid", "name: the name is empty; write it as the exporter or the list does");
  const own = cardModel(written);
  if (own !== null)
    throw new ServiceError("invalid", `name: ${written} is the model ${own.id} already and needs no alias`);
  if (model === null && !aliases.current().has(written))
    throw new ServiceError("not_found", `${written} is not tied to a model`);
  const known = model === null ? null : cardModel(model);
  if (model !== null && known === null)
    throw new ServiceError("invalid", `model: ${model} has no data sheet here; choose a model of the list`);
  await aliases.set(written, known?.id ?? null, note);
}
