/** A notice as plain pieces of text, cleaned and cut, that each platform sets in its own type. */
import type { Notice, NoticeLine } from "../../db/model/channel.ts";
import type { Severity } from "../../db/model/rule.ts";
import { bytesOf, cutBytes, oneLine } from "./plain.ts";
import { WORDS } from "./words.ts";

/** Everything in here is data of others, on one line each: it must be escaped for the platform. Links are ours. */
export type Message = {
  readonly tone: "P1" | "P2" | "P3" | "resolved" | "neutral";
  readonly title: string;
  readonly lines: readonly { readonly head: string; readonly detail: string; readonly isResolved: boolean }[];
  readonly more: string; // "" = all are told
  readonly facts: readonly { readonly label: string; readonly value: string }[]; // cost, what to do
  readonly foot: string; // number of the message, whether it may be a repeat: our own words
  readonly keyword: string; // the bot's, as set up: it must stand there letter by letter; "" = none
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly mentions: readonly string[]; // [] for what is over and for reports: nobody is called for them
  readonly mentionsAll: boolean;
};

type ToMessage = {
  readonly notice: Notice;
  readonly settings: { readonly mentions: readonly string[]; readonly mentionsAll: boolean; readonly keyword: string };
};
type Cut = { readonly lines: number; readonly bytes: number };

/** Longest piece of data, in bytes, from generous to cramped: the first that fits the platform is used. */
const PIECES = [400, 160, 60, 24];
/** Nobody reads more than this in chat. */
const MOST_LINES = 60;

/**
 * The richest message whose form is at most `most` bytes: lines are left out from the end and counted, then pieces are
 * cut. The form is what really leaves, so escapes count.
 * @param measure bytes of the form; default those of its text
 * @throws RangeError when not even the shortest fits: the links or the mentions alone are too long
 */
export function fitted<F>(
  say: ToMessage,
  most: number,
  form: (message: Message) => F,
  measure: (form: F) => number = (made) => bytesOf(typeof made === "string" ? made : JSON.stringify(made)),
): F {
  const all = Math.min(say.notice.lines.length, MOST_LINES);
  for (const bytes of PIECES) {
    const fits = (lines: number): F | null => {
      const made = form(messageOf(say, { lines, bytes }));
      return measure(made) <= most ? made : null;
    };
    const whole = fits(all);
    if (whole !== null) return whole;
    let [fewest, tooMany] = [-1, all];
    let best: F | null = null;
    while (tooMany - fewest > 1) {
      const middle = Math.floor((fewest + tooMany) / 2);
      const made = fits(middle);
      if (made === null) tooMany = middle;
      else [fewest, best] = [middle, made];
    }
    if (best !== null && (fewest >= 1 || bytes === PIECES.at(-1))) return best;
  }
  throw new RangeError(`no message fits ${most} bytes: shorten the public URL, the keyword or the list of mentions`);
}

/** @param cut how many lines are told, and how long a piece may be */
function messageOf({ notice, settings }: ToMessage, cut: Cut): Message {
  const words = WORDS[notice.language];
  const piece = (text: string): string => cutBytes(oneLine(text), cut.bytes);
  const lines = notice.lines.slice(0, cut.lines);
  const more = notice.more + notice.lines.length - lines.length;
  const isReport = notice.kind === "report";
  const isCalm = isReport || notice.status === "resolved";
  return {
    tone: toneOf(notice),
    title: piece(notice.title),
    lines: lines.map((line) => ({
      head: isReport ? piece(line.what) : headOf(line, piece, notice.language),
      detail: piece(line.detail),
      isResolved: line.status === "resolved",
    })),
    more: more > 0 ? words.more(more) : "",
    facts: [
      { label: words.cost, value: piece(notice.costPerHour) },
      { label: words.todo, value: piece(notice.todo) },
    ].filter(({ value }) => value !== ""),
    foot: [
      "Dapan",
      ...(notice.seq > 0 ? [`${words.message} ${notice.seq}`] : []),
      ...(notice.isRepeat ? [words.repeat] : []),
    ].join(" · "),
    keyword: oneLine(settings.keyword),
    links: notice.links.filter(({ url }) => /^https?:\/\//.test(url) && URL.canParse(url)).map(plainLink),
    mentions: isCalm ? [] : settings.mentions.map(oneLine),
    mentionsAll: !isCalm && settings.mentionsAll,
  };
}

function headOf(line: NoticeLine, piece: (text: string) => string, language: Notice["language"]): string {
  const words = WORDS[language];
  const word = line.status === "resolved" ? words.resolved : words.severity[line.severity];
  const no = line.no > 0 ? ` #${line.no}` : "";
  const since = line.since === "" ? "" : `${words.since} ${piece(line.since)}`;
  return [`[${word}]${no} ${piece(line.what)}`, piece(line.where), since].filter((part) => part !== "").join(" · ");
}

/** A URL that cannot leave the brackets of Markdown or the quotes of HTML. */
const plainLink = ({ label, url }: { label: string; url: string }): { label: string; url: string } => ({
  label: cutBytes(oneLine(label), 60),
  url: new URL(url).href.replaceAll(/[()'"<>|\\`[\]*~!@$]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
});

function toneOf({ kind, status, severity }: Notice): Severity | "resolved" | "neutral" {
  if (kind === "test" || kind === "heartbeat" || kind === "report") return "neutral";
  return status === "resolved" ? "resolved" : severity;
}

/** As lines of plain text, for platforms without type of their own. */
export function plainLines(message: Message, put: (text: string) => string): string[] {
  return [
    ...message.lines.flatMap(({ head, detail }) => [put(head), ...(detail === "" ? [] : [`  ${put(detail)}`])]),
    ...(message.more === "" ? [] : [message.more]),
    ...message.facts.map(({ label, value }) => `${label}: ${put(value)}`),
  ];
}
