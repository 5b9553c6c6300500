import { createTransport } from "nodemailer";
import { type Sender, SendError } from "../egress/sender.ts";
import type { Clock } from "../../db/model/clock.ts";
import { SECOND_MS } from "../../db/model/time.ts";
import type { Answer, Mail } from "./platform.ts";

/** What the library's errors know of the conversation. */
type SmtpFault = { readonly responseCode?: number; readonly response?: string; readonly code?: string };

/**
 * Hands one mail over, on a connection that our egress policy opened. An SMTP refusal is an answer like any other.
 * @throws SendError when there was no answer
 */
export async function sendMail(sender: Sender, clock: Clock, mail: Mail, deadlineMs: number): Promise<Answer> {
  const { host, port, tls, user, password } = mail.server;
  const started = clock.monotonicMs();
  const connection = await sender.connect({ host, port, tls }, deadlineMs);
  const left = Math.max(SECOND_MS, deadlineMs - (clock.monotonicMs() - started));
  const isImplicit = tls === "implicit";
  let hasLeft = false;
  const transport = createTransport({
    host,
    port,
    secure: isImplicit,
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    getSocket: (_options, callback) => callback(null, isImplicit ? { connection, secured: true } : { connection }),
    ...(user === "" ? {} : { auth: { user, pass: password } }),
    tls: { minVersion: "TLSv1.2", host, ...(sender.ca === null ? {} : { ca: sender.ca }) },
    debug: true,
    logger: watching(() => {
      hasLeft = true;
    }),
    disableFileAccess: true,
    disableUrlAccess: true,
    greetingTimeout: left,
    socketTimeout: left,
  });
  const timer = clock.after(left, () => connection.destroy());
  try {
    const done = await transport.sendMail({
      from: { name: "Dapan", address: mail.from },
      to: mail.to.map((address) => ({ name: "", address })),
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: mail.messageId,
      date: new Date(mail.at),
      attachments: (mail.attachments ?? []).map(({ name, type, bytes }) => ({
        filename: name,
        contentType: type,
        content: Buffer.from(bytes),
      })),
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    });
    const refused =
      done.rejected.length === 0 ? "" : ` (${done.rejected.length} of ${mail.to.length} recipients refused)`;
    return { at: clock.now(), status: 250, body: `${done.response}${refused}`, headers: {} };
  } catch (error) {
    return answerOf(error as SmtpFault & Error, clock, host, hasLeft);
  } finally {
    timer.cancel();
    transport.close();
    connection.destroy();
  }
}

/** A log that keeps nothing: it only hears the DATA command go out. */
function watching(onData: () => void): Readonly<
  Record<"trace" | "debug" | "info" | "warn" | "error" | "fatal", () => void>
> & {
  readonly level: () => void;
} {
  const hear = (entry: unknown, line: unknown): void => {
    if ((entry as { tnx?: unknown } | null)?.tnx === "client" && line === "DATA") onData();
  };
  const deaf = (): void => undefined;
  return { level: deaf, trace: deaf, debug: hear as () => void, info: deaf, warn: deaf, error: deaf, fatal: deaf };
}

/** After the text was handed over, silence may mean that the mail went out. */
function answerOf(error: SmtpFault & Error, clock: Clock, host: string, hasLeft: boolean): Answer {
  if (error.responseCode !== undefined)
    return { at: clock.now(), status: error.responseCode, body: error.response ?? "", headers: {} };
  throw new SendError(hasLeft ? "maybe_posted" : "unreachable", `${host}: ${error.code ?? "connection lost"}`);
}
