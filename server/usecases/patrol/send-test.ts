import type { Language } from "../../../db/model/channel.ts";
import type { TestResult } from "../../../db/model/patrol-views.ts";
import type { ReportDocument } from "../../../db/model/report-document.ts";
import type { Recipient, ReportDefinition } from "../../../db/model/report.ts";
import { readChannels } from "../../../db/store/channels.ts";
import { readDefinition } from "../../../db/store/report-definitions.ts";
import { findRun } from "../../../db/store/report-runs.ts";
import { plainText } from "../../../reports/digest.ts";
import { ServiceError } from "../../errors.ts";
import type { MailFile } from "../../notify/platform.ts";
import { lastPeriod } from "../../domain/patrol/periods.ts";
import { type DeliveryParts, PDF, send, showsMoney } from "./delivery.ts";
import { documentAsSeen, type MakePdf, reportFileName } from "./report-pages.ts";
import type { RunsParts } from "./runs.ts";

export type TestParts = DeliveryParts & Pick<RunsParts, "makeValue"> & { readonly makePdf: MakePdf };

/**
 * To every recipient of a definition, now: chats get the test of their channel, mails the report of the latest period that
 * is over, marked as a test. One that was not made yet is made for the mail alone: no run comes of a test.
 * @throws ServiceError not_found
 */
export async function sendTest(parts: TestParts, id: number): Promise<TestResult[]> {
  const definition = await readDefinition(parts.db, id);
  if (definition === null)
    throw new ServiceError("not_found", "there is no such report definition; it may have been removed");
  const channels = await readChannels(parts.db);
  const names = new Map(channels.map((one) => [one.id, one.name]));
  const mails = definition.recipients.filter(({ kind }) => kind === "mail");
  const money = mails.every(({ channelId }) => showsMoney(definition, channels, channelId)); // one mail for all of them
  const mail = mails.length > 0 ? await testMail(parts, { ...definition, id, showsMoney: money }) : null;
  const results: TestResult[] = [];
  for (const recipient of definition.recipients) results.push(...(await testOne(parts, recipient, names, mail)));
  return results;
}

type TestMail = { readonly document: ReportDocument; readonly file: MailFile };

async function testOne(
  parts: TestParts,
  recipient: Recipient,
  names: ReadonlyMap<number, string>,
  mail: TestMail | null,
): Promise<TestResult[]> {
  const { channelId } = recipient;
  if (recipient.kind === "chat" || mail === null) {
    const { ok, said } = await parts.testChannel(channelId);
    return [{ to: names.get(channelId) ?? `#${channelId}`, ok, error: ok ? "" : said }];
  }
  const results: TestResult[] = [];
  const messageId = `report-test-${parts.clock.now()}`;
  for (const to of recipient.to) {
    const said = await send(parts, `mail:${channelId}:${to}`, { ...mail, id: messageId });
    results.push({ to, ok: said.class === "ok", error: said.class === "ok" ? "" : said.text });
  }
  return results;
}

/** What a mail of a test holds; where the report cannot be made, a sentence that says so. */
async function testMail(parts: TestParts, definition: ReportDefinition & { readonly id: number }): Promise<TestMail> {
  const { kind, zone, name, language } = definition;
  const words = WORDS[language];
  try {
    const period = lastPeriod(kind, zone, parts.clock.now());
    const report = await reportOf(parts, definition, period);
    const file = {
      name: `${reportFileName({ kind, period: period.name, revision: report.revision }, language)}.pdf`,
      type: PDF,
      bytes: (await parts.makePdf(report)).bytes,
    };
    const document = { ...report, title: `${words.mark} ${report.title}`, digest: [words.line, ...report.digest] };
    return { document, file };
  } catch (error) {
    parts.log.error({ err: error, report: name }, "the report of a test could not be made; its mail says so");
    const document = sentence(`${words.mark} ${name}`, `${words.line}${words.without}`, language, parts.clock.now());
    const bytes = Buffer.from(plainText(document));
    return { document, file: { name: "dapan-test.txt", type: "text/plain; charset=utf-8", bytes } };
  }
}

async function reportOf(
  { db, clock, pages, makeValue }: TestParts,
  { id, scope, language, showsMoney: money = true }: ReportDefinition & { readonly id: number },
  period: ReturnType<typeof lastPeriod>,
): Promise<ReportDocument> {
  const run = await findRun(db, { definitionId: id, period, scope });
  const sight = { money, teams: null };
  const made = run === null ? null : await pages.document(run.id, language, sight);
  const frame = { link: null, madeAt: clock.now() };
  return made ?? documentAsSeen(await makeValue({ period, scope }), language, sight, frame);
}

const WORDS = {
  "zh-CN": {
    mark: "[测试]",
    line: "收到这封信，说明报告可以送达。",
    without: "这一期报告没能生成，原因在日志里。",
  },
  en: {
    mark: "[Test]",
    line: "You got this: reports reach you.",
    without: " The report itself could not be made; the log says why.",
  },
} as const satisfies Readonly<Record<Language, object>>;

const sentence = (title: string, line: string, language: Language, madeAt: number): ReportDocument => ({
  version: 1,
  language,
  title,
  headline: line,
  facts: [],
  link: null,
  revision: 1,
  supersedes: "",
  madeAt,
  digest: [line],
  sections: [],
});
