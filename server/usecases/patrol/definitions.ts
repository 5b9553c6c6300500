import type { Database } from "../../../db/database.ts";
import type { ChannelKind } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { DefinitionEdit, DefinitionRow, DefinitionsPage, NextRuns } from "../../../db/model/patrol-views.ts";
import type { Recipient } from "../../../db/model/report.ts";
import { type ChannelRecord, readChannels } from "../../../db/store/channels.ts";
import { readLastRuns } from "../../../db/store/report-archive.ts";
import {
  pauseDefinition,
  putDefinition,
  readDefinitions,
  removeDefinition,
} from "../../../db/store/report-definitions.ts";
import { nextTimes, scheduleFault } from "../../domain/patrol/report-times.ts";
import type { Sight } from "../../domain/access/sight.ts";
import { ServiceError } from "../../errors.ts";
import { isMailAddress } from "../../notify/channels/email.ts";
import { knownScopes, refuseScope } from "./report-scope.ts";

export type DefinitionsParts = { readonly db: Database; readonly clock: Clock; readonly zone: () => string };

/** Chats in which people read; machines take alerts, and a pager is no place for a report. */
const CHATS: ReadonlySet<ChannelKind> = new Set(["feishu", "dingtalk", "wecom", "slack", "teams", "telegram"]);
const SHOWN_TIMES = 5;

export async function definitionsPage({ db, clock, zone }: DefinitionsParts): Promise<DefinitionsPage> {
  const now = clock.now();
  const last = new Map((await readLastRuns(db)).map((run) => [run.definitionId, run]));
  const channels = await readChannels(db);
  const rows = (await readDefinitions(db)).map((stored): DefinitionRow => {
    const { changedAt: _, ...definition } = stored;
    const { cron, zone: at, isPaused, recipients } = definition;
    const unsound = scheduleFault(cron, at);
    const fault =
      unsound !== ""
        ? unsound
        : (recipients.map((one) => recipientFault(one, channels)).find((text) => text !== "") ?? "");
    const next = isPaused || unsound !== "" ? [] : nextTimes(cron, at, now, SHOWN_TIMES);
    return { definition, next, last: last.get(definition.id) ?? null, fault };
  });
  return {
    asOf: now,
    zone: zone(),
    rows,
    channels: channels
      .filter(({ enabled, kind }) => enabled && (kind === "email" || CHATS.has(kind)))
      .map(({ id, name, kind }) => ({ id, name, kind })),
    scopes: await knownScopes(db),
  };
}

/** The next times of a schedule somebody is writing. */
export function nextRuns(cron: string, zone: string, clock: Clock): NextRuns {
  const fault = scheduleFault(cron, zone);
  return { times: fault === "" ? nextTimes(cron, zone, clock.now(), SHOWN_TIMES) : [], fault };
}

/** Adds or changes a definition. @returns its id @throws ServiceError naming the part at fault, not_found */
export async function saveDefinition(
  { db, clock }: DefinitionsParts,
  edit: DefinitionEdit,
  { money }: Pick<Sight, "money">,
): Promise<number> {
  const name = edit.name.trim();
  if (name === "") throw new ServiceError("invalid", "name: give the report one");
  const fault = scheduleFault(edit.cron, edit.zone);
  if (fault !== "") throw new ServiceError("invalid", `${fault.includes("time zone") ? "zone" : "cron"}: ${fault}`);
  if (edit.showsMoney === true && !money)
    throw new ServiceError("invalid", 'showsMoney: this needs the right "money.see"; save the report without amounts');
  await refuseScope(db, edit.scope);
  const channels = await readChannels(db);
  for (const recipient of edit.recipients) {
    const wrong = recipientFault(recipient, channels);
    if (wrong !== "") throw new ServiceError("invalid", `recipients: ${wrong}`);
  }
  const id = await putDefinition(
    db,
    { ...edit, ...(!money && { showsMoney: false }), name, cron: edit.cron.trim() },
    clock.now(),
  );
  if (id === null) throw NONE();
  return id;
}

/** @throws ServiceError not_found */
export async function pause({ db, clock }: DefinitionsParts, id: number, isPaused: boolean): Promise<void> {
  if (!(await pauseDefinition(db, id, isPaused, clock.now()))) throw NONE();
}

/** Its reports stay in the archive. @throws ServiceError not_found */
export async function remove({ db, clock }: DefinitionsParts, id: number): Promise<void> {
  if (!(await removeDefinition(db, id, clock.now()))) throw NONE();
}

const NONE = () => new ServiceError("not_found", "there is no such report definition; it may have been removed");

/** Why a recipient gets nothing, as a sentence; "" = it does. */
function recipientFault(recipient: Recipient, channels: readonly ChannelRecord[]): string {
  const channel = channels.find(({ id }) => id === recipient.channelId);
  if (channel === undefined) return "a channel was removed; pick another";
  if (!channel.enabled) return `the channel ${channel.name} is switched off`;
  if (recipient.kind === "chat")
    return CHATS.has(channel.kind) ? "" : `the channel ${channel.name} (${channel.kind}) is no chat that people read`;
  if (channel.kind !== "email") return `the channel ${channel.name} sends no mail`;
  if (recipient.to.length === 0) return "write at least one mail address";
  const wrong = recipient.to.find((address) => !isMailAddress(address));
  return wrong === undefined ? "" : `"${wrong.slice(0, 80)}" is no mail address`;
}
