import type { Logger } from "pino";
import type { Database, Tx } from "../../../db/database.ts";
import type { ChannelSecrets, Notice } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { ReportDeliveryView } from "../../../db/model/patrol-views.ts";
import type { ReportDocument } from "../../../db/model/report-document.ts";
import type { ReportDefinition, ReportRun } from "../../../db/model/report.ts";
import { MINUTE_MS, SECOND_MS, shift } from "../../../db/model/time.ts";
import { type ChannelRecord, readChannels } from "../../../db/store/channels.ts";
import { putMessages } from "../../../db/store/outbox.ts";
import { readDefinition } from "../../../db/store/report-definitions.ts";
import {
  addDeliveries,
  type ClaimedDelivery,
  claimDelivery,
  type DeliveryToAdd,
  readDeliveriesOfRun,
  settleDelivery,
} from "../../../db/store/report-deliveries.ts";
import { readRun } from "../../../db/store/report-runs.ts";
import { chatDigest, plainText } from "../../../reports/digest.ts";
import type { ReportValue } from "../../../reports/report-value.ts";
import { type Sender, SendError } from "../../egress/sender.ts";
import { sendMail } from "../../notify/mailer.ts";
import { email } from "../../notify/channels/email.ts";
import { type AnswerMeans, ChannelFault, type MailFile } from "../../notify/platform.ts";
import { redact } from "../../notify/redact.ts";
import { sendWecomFile } from "../../notify/wecom-file.ts";
import { reportMail } from "./report-mail.ts";
import { documentAsSeen, type ReportPages, type ReportSight, reportFileName } from "./report-pages.ts";

export type DeliveryParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pages: ReportPages;
  readonly sender: Sender;
  /** @throws Error when they cannot be opened */
  readonly secretsOf: (channel: ChannelRecord) => Promise<ChannelSecrets>;
  /** Sends a chat's test now. */
  readonly testChannel: (id: number) => Promise<{ readonly ok: boolean; readonly said: string }>;
};

const LEASE_MS = 5 * MINUTE_MS; // longer than a PDF and a mail can take
const DEADLINE_MS = 60 * SECOND_MS; // of one mail with its PDF
const RETRY_MS = [1, 5, 15, 60, 180].map((minutes) => minutes * MINUTE_MS);

/** In the transaction that keeps a report: digests to the outbox, mails and files to the queue of deliveries. */
export async function postReport(
  parts: Pick<DeliveryParts, "db" | "pages">,
  tx: Tx,
  run: ReportRun,
  value: ReportValue,
): Promise<void> {
  const definition = run.definitionId === 0 ? null : await readDefinition(tx, run.definitionId);
  if (definition === null || run.finishedAt === null) return;
  const channels = await readChannels(tx);
  const frame = { link: parts.pages.link(run.id), madeAt: run.finishedAt, revision: run.revision };
  const digests = [true, false].map((money) =>
    digestNotice(documentAsSeen(value, definition.language, { money, teams: null }, frame), `report/${run.id}`),
  );
  const all: DeliveryToAdd[] = [];
  for (const recipient of definition.recipients) {
    const { channelId } = recipient;
    if (recipient.kind === "mail") {
      for (const to of new Set(recipient.to))
        all.push({ endpoint: `mail:${channelId}:${to}`, body: "pdf", outboxId: "" });
      continue;
    }
    const endpoint = `chat:${channelId}`;
    if (all.some((one) => one.endpoint === endpoint)) continue;
    const hasAmounts = showsMoney(definition, channels, channelId);
    const digest = { ...digests[hasAmounts ? 0 : 1]!, hasAmounts };
    const [outboxId] = await putMessages(tx, [
      { channelId, groupId: 0, seq: 0, notice: digest, incidentIds: [], at: run.finishedAt },
    ]);
    all.push({ endpoint, body: "digest", outboxId: outboxId! });
    const isWecom = channels.find(({ id }) => id === channelId)?.kind === "wecom";
    if (isWecom) all.push({ endpoint: `file:${channelId}`, body: "pdf", outboxId: "" });
  }
  await addDeliveries(tx, run.id, all, run.finishedAt);
}

/** Both the report and the channel must be let name amounts; a channel that is gone is not. */
export const showsMoney = (
  definition: Pick<ReportDefinition, "showsMoney">,
  channels: readonly Pick<ChannelRecord, "id" | "showsMoney">[],
  channelId: number,
): boolean => definition.showsMoney !== false && channels.find(({ id }) => id === channelId)?.showsMoney === true;

/** A document as a chat message: title, its lines, a link. */
export function digestNotice(document: ReportDocument, groupKey: string): Notice {
  const { title, lines, link } = chatDigest(document);
  return {
    kind: "report",
    status: "firing",
    severity: "P3",
    language: document.language,
    seq: 0,
    isRepeat: false,
    groupKey,
    title,
    lines: lines.map((what) => ({ status: "firing", no: 0, severity: "P3", what, where: "", since: "", detail: "" })),
    more: 0,
    costPerHour: "",
    todo: "",
    links: link === null ? [] : [link],
    alerts: [],
  };
}

/** Sends everything of a run that is due; each to each recipient once. What fails is tried again later. */
export async function deliverRun(parts: DeliveryParts, runId: number): Promise<void> {
  const { db, clock, log } = parts;
  for (;;) {
    const claim = await claimDelivery(db, runId, clock.now(), LEASE_MS);
    if (claim === null) return;
    const { said, body } = await tryOne(parts, claim);
    const now = clock.now();
    const pause = said.class === "ok" ? undefined : RETRY_MS[claim.attempt - 1];
    const isFinal = said.class === "auth" || said.class === "bad_body" || said.class === "gone" || pause === undefined;
    const state = said.class === "ok" ? "sent" : isFinal ? "failed" : "waiting";
    const due = shift(now, Math.max(pause ?? 0, said.retryAfterMs ?? 0));
    await settleDelivery(db, claim, { state, body, error: said.class === "ok" ? "" : said.text, due, at: now });
    if (state !== "sent")
      log.warn({ run: runId, class: said.class, said: said.text, state }, "a report was not delivered");
  }
}

type Tried = { readonly said: AnswerMeans; readonly body: "pdf" | "text" };

async function tryOne(parts: DeliveryParts, { runId, endpoint }: ClaimedDelivery): Promise<Tried> {
  const { db } = parts;
  const run = await readRun(db, runId);
  const definition = run === null ? null : await readDefinition(db, run.definitionId);
  const language = definition?.language ?? "zh-CN";
  const [, channelNo] = endpoint.split(":");
  const sight = {
    money: definition !== null && showsMoney(definition, await readChannels(db), Number(channelNo)),
    teams: null,
  };
  const document = await parts.pages.document(runId, language, sight);
  if (run === null || document === null) return { said: never("the report is gone"), body: "pdf" };
  const file = await fileOf(parts, run, document, sight);
  const said = await send(parts, endpoint, { document, file, id: `report-${runId}` });
  return { said, body: file.type === PDF ? "pdf" : "text" };
}

export const PDF = "application/pdf";

/** The PDF; where none can be made, the report as text: it goes out in some form. */
async function fileOf(
  { pages, log }: DeliveryParts,
  run: ReportRun,
  document: ReportDocument,
  sight: ReportSight,
): Promise<MailFile> {
  const { language } = document;
  const name = reportFileName(run, language);
  try {
    const pdf = await pages.pdf(run.id, language, sight);
    if (pdf !== null) return { name: `${name}.pdf`, type: PDF, bytes: pdf.bytes };
  } catch (error) {
    log.error({ err: error, run: run.id }, "the PDF of a report could not be made; it goes out as text");
  }
  return { name: `${name}.txt`, type: "text/plain; charset=utf-8", bytes: Buffer.from(plainText(document)) };
}

type ToSend = { readonly document: ReportDocument; readonly file: MailFile; readonly id: string };

/** One try at one endpoint; nothing in the answer holds a piece of an address or a secret. */
export async function send(
  { db, clock, sender, secretsOf }: DeliveryParts,
  endpoint: string,
  { document, file, id }: ToSend,
): Promise<AnswerMeans> {
  const [kind = "", channelNo = "", ...rest] = endpoint.split(":");
  const channel = (await readChannels(db)).find((one) => one.id === Number(channelNo));
  if (channel === undefined) return never("the channel was removed");
  if (!channel.enabled) return never(`the channel ${channel.name} is switched off`);
  let secrets: ChannelSecrets | null = null;
  try {
    secrets = await secretsOf(channel);
    if (kind === "file") return safe(await sendWecomFile(sender, clock, secrets, file, DEADLINE_MS), secrets);
    const mail = reportMail({
      document,
      file,
      to: rest.join(":"),
      id,
      at: clock.now(),
      settings: channel.settings,
      secrets,
    });
    return safe(email.read(await sendMail(sender, clock, mail, DEADLINE_MS)), secrets);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const faults = { refused: "auth", unreachable: "unavailable", maybe_posted: "maybe_posted" } as const;
    const fault =
      error instanceof SendError
        ? faults[error.fault]
        : error instanceof ChannelFault || secrets === null
          ? "auth"
          : "unavailable";
    const said: AnswerMeans = { class: fault, retryAfterMs: null, text: text.slice(0, 512) };
    return secrets === null ? said : safe(said, secrets);
  }
}

const safe = (said: AnswerMeans, secrets: ChannelSecrets): AnswerMeans => ({
  ...said,
  text: redact(said.text, secrets),
});
const never = (text: string): AnswerMeans => ({ class: "gone", retryAfterMs: null, text });

/** What became of a run's deliveries, for its page. */
export async function deliveriesOf(db: Database, runId: number): Promise<ReportDeliveryView[]> {
  const names = new Map((await readChannels(db)).map(({ id, name }) => [String(id), name]));
  return (await readDeliveriesOfRun(db, runId)).map(({ endpoint, ...rest }) => {
    const [kind, channelNo = "", ...to] = endpoint.split(":");
    return {
      ...rest,
      kind: kind === "mail" ? "mail" : "chat",
      to: kind === "mail" ? to.join(":") : (names.get(channelNo) ?? `#${channelNo}`),
    };
  });
}
