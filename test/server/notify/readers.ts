/** How each platform reads a body: which mentions, links and images it would show. Small, and stricter than the real ones. */
import type { ChannelKind } from "../../../db/model/channel.ts";
import type { Outgoing } from "../../../server/notify/platform.ts";

export type Read = {
  readonly mentions: string[];
  readonly links: string[];
  readonly images: string[];
  readonly texts: string[];
};

type Json = { readonly [name: string]: Json | undefined } | readonly Json[] | string | number | boolean | null;

const BARE = /(?:[a-z][a-z0-9+.-]*:\/\/|\bwww\.)[^\s<>"')\]]+/gi;
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const nothing = (): Read => ({ mentions: [], links: [], images: [], texts: [] });

/** Walks a JSON body; `visit` answers true when it took care of what is inside. */
function walk(
  value: Json | undefined,
  visit: (node: { readonly [name: string]: Json | undefined }) => boolean,
  read: Read,
): void {
  if (typeof value === "string") read.texts.push(value);
  else if (Array.isArray(value)) for (const part of value as readonly Json[]) walk(part, visit, read);
  else if (typeof value === "object" && value !== null) {
    const node = value as { readonly [name: string]: Json | undefined };
    if (visit(node)) return;
    for (const part of Object.values(node)) walk(part, visit, read);
  }
}

/** Markdown as chat robots know it. @param at how a person is called in it */
function readMarkdown(text: string, at: RegExp, read: Read): void {
  let rest = text.replaceAll(/!\[[^\]]*\]\(([^)]*)\)/g, (_, url: string) => (read.images.push(url), " "));
  rest = rest.replaceAll(/\[[^\]]*\]\(([^)]*)\)/g, (_, url: string) => (read.links.push(url), " "));
  rest = rest.replaceAll(at, (who: string) => (read.mentions.push(who), " "));
  for (const [url] of rest.matchAll(BARE)) read.links.push(url);
  for (const [tag] of rest.matchAll(/<[^>]*>/g)) if (!/^<\/?font( color="\w+")?>$/.test(tag)) read.links.push(tag);
  if (/^\s*#(?!### )/m.test(rest.replaceAll(/^> /gm, ""))) read.images.push("a heading of data");
}

const READERS: Readonly<Record<string, (body: Json, read: Read) => void>> = {
  feishu(body, read) {
    walk(
      body,
      (node) => {
        const content = textOf(node["content"]);
        if (node["tag"] === "plain_text") read.texts.push(content);
        if (node["tag"] === "lark_md") readMarkdown(content, /<at [^>]*>(?:<\/at>)?/g, read);
        if (["at", "a", "img", "markdown"].includes(textOf(node["tag"]))) read.images.push(JSON.stringify(node));
        if (node["tag"] === "button") read.links.push(textOf(node["url"]));
        return node["tag"] === "plain_text" || node["tag"] === "lark_md";
      },
      read,
    );
  },
  dingtalk(body, read) {
    const { markdown, at } = body as {
      markdown: { title: string; text: string };
      at: { atMobiles: string[]; atUserIds: string[]; isAtAll: boolean };
    };
    read.texts.push(markdown.title, markdown.text);
    readMarkdown(markdown.text, /@[\w.-]+|@所有人/g, read);
    const named = read.mentions.splice(0);
    read.mentions.push(...at.atMobiles, ...at.atUserIds, ...(at.isAtAll ? ["all"] : []));
    for (const who of named) if (!read.mentions.includes(who.slice(1))) read.mentions.push(who);
  },
  wecom(body, read) {
    const { content } = (body as { markdown: { content: string } }).markdown;
    read.texts.push(content);
    readMarkdown(content, /<@[^>]*>|@all|@所有人/g, read);
  },
  slack(body, read) {
    const mrkdwn = (text: string): void => {
      read.texts.push(text);
      for (const [, inside = ""] of text.matchAll(/<([^>]*)>/g)) {
        if (/^[@!#]/.test(inside)) read.mentions.push(inside);
        else read.links.push(inside);
      }
      for (const [url] of text.replaceAll(/<[^>]*>/g, " ").matchAll(BARE)) read.links.push(url);
    };
    const { text, blocks } = body as { text: string; blocks: Json };
    mrkdwn(text);
    walk(
      blocks,
      (node) => {
        if (node["type"] === "mrkdwn") mrkdwn(textOf(node["text"]));
        if (node["type"] === "button") read.links.push(textOf(node["url"]));
        if (node["type"] === "image") read.images.push(textOf(node["image_url"]));
        if (node["type"] === "plain_text" && node["emoji"] !== false) read.images.push("emoji");
        return node["type"] === "mrkdwn";
      },
      read,
    );
  },
  teams(body, read) {
    walk(
      body,
      (node) => {
        if (node["type"] === "TextBlock") readMarkdown(textOf(node["text"]), /<at>[^<]*<\/at>/g, read);
        if (node["type"] === "Image") read.images.push(textOf(node["url"]));
        if (node["type"] === "Action.OpenUrl") read.links.push(textOf(node["url"]));
        if (node["type"] === "mention" && !read.mentions.includes(textOf(node["text"])))
          read.mentions.push(textOf(node["text"]));
        return node["type"] === "TextBlock";
      },
      read,
    );
  },
  telegram(body, read) {
    const { text } = body as { text: string };
    read.texts.push(text);
    const open: string[] = [];
    let rest = text;
    while (rest !== "") {
      const tag = /^<(\/?)(b|code|a)( href="([^"<>]*)")?>/.exec(rest);
      if (tag) {
        const [whole, slash, name = "", , href] = tag;
        if (slash === "/") {
          if (open.pop() !== name) read.images.push(`unbalanced ${name}`);
        } else {
          open.push(name);
          if (href?.startsWith("tg://user?id=")) read.mentions.push(href.slice(13));
          else if (href !== undefined) read.links.push(unescapeHtml(href));
        }
        rest = rest.slice(whole.length);
        continue;
      }
      if (rest.startsWith("<")) {
        read.images.push("a tag of data");
        return;
      }
      const end = rest.indexOf("<", 1);
      const words = rest.slice(0, end < 0 ? rest.length : end);
      if (!open.includes("code") && !open.includes("a")) {
        read.mentions.push(...(words.match(/@\w{3,}/g) ?? []));
        read.links.push(...(words.match(BARE) ?? []), ...(words.match(/(?<![\w/])\/\w+/g) ?? []));
      }
      rest = rest.slice(words.length);
    }
    if (open.length > 0) read.images.push(`open ${open.join()}`);
  },
};

const unescapeHtml = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** What a reader would be shown beyond text. */
export function readAs(kind: ChannelKind, outgoing: Outgoing): Read {
  const read = nothing();
  if (outgoing.via === "smtp") {
    read.texts.push(outgoing.subject, outgoing.text, outgoing.html);
    if (/[\r\n]/.test(outgoing.subject)) read.links.push("a header of data");
    for (const [url] of outgoing.text.matchAll(BARE)) read.links.push(url);
    for (const [tag] of outgoing.html.matchAll(/<[^>]*>/g)) {
      const href = /^<a href="([^"]*)">$/.exec(tag);
      if (href) read.links.push(unescapeHtml(href[1]!));
      else if (!/^<\/?(?:p|ul|li|strong|small|br|a)>$/.test(tag)) read.images.push(tag);
    }
    for (const [url] of outgoing.html.replaceAll(/<[^>]*>/g, " ").matchAll(BARE)) read.links.push(url);
    return read;
  }
  const body = JSON.parse(outgoing.body) as Json;
  const reader = READERS[kind];
  if (reader) reader(body, read);
  else walk(body, () => false, read);
  return read;
}
