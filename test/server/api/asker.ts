import { unzipSync } from "fflate";

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

export type Answer = { readonly status: number; readonly text: string };
/** Asks a console as somebody: with a body a POST, without one a GET. Files of a zip come as text, streams as their beginning. */
export type Asker = (url: string, body?: unknown) => Promise<Answer>;

export const askerAt =
  (base: string, who: Readonly<Record<string, string>>): Asker =>
  async (url, body) => {
    const leave = new AbortController();
    const posts = { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${base}${url}`, {
      ...(body === undefined ? {} : posts),
      headers: { ...who, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      redirect: "manual",
      signal: leave.signal,
    });
    const type = answer.headers.get("content-type") ?? "";
    let text = "";
    if (type.startsWith("text/event-stream")) {
      for await (const bytes of answer.body!) if ((text += latin(bytes)).includes("\ndata: {")) break;
      leave.abort(); // it has no end
    } else {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      text = type === "application/zip" ? Object.values(unzipSync(bytes)).map(latin).join("\n") : latin(bytes);
    }
    return { status: answer.status, text };
  };
