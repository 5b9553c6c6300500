import * as net from "node:net";
import * as tls from "node:tls";
import type { Certificate } from "./tls-fixtures.ts";

export type FakeSmtp = {
  readonly port: number;
  readonly mails: readonly {
    readonly from: string;
    readonly to: readonly string[];
    readonly data: string;
    readonly isSecure: boolean;
    readonly auth: string;
  }[];
  stop(): Promise<void>;
};

export type FakeSmtpOptions = {
  readonly certificate?: Certificate; // offers STARTTLS
  readonly implicit?: boolean; // TLS from the start
  /** Answers a command otherwise; null = as usual, "" = the connection breaks. "DATA" is asked before the text, "." after it. */
  readonly answer?: (command: string) => string | null;
};

/** A mail server that takes everything, unless told otherwise. */
export async function startFakeSmtp(options: FakeSmtpOptions = {}): Promise<FakeSmtp> {
  const mails: { from: string; to: string[]; data: string; isSecure: boolean; auth: string }[] = [];
  const sockets = new Set<net.Socket>();
  const context = options.certificate ? tls.createSecureContext(options.certificate) : undefined;
  const talk = (socket: net.Socket, isSecure: boolean, greets: boolean): void => {
    let from = "";
    let to: string[] = [];
    let auth = "";
    let data: string | null = null;
    let buffer = "";
    const say = (line: string): void => void (line === "" ? socket.destroy() : socket.write(`${line}\r\n`));
    const reply = (command: string, usual: string): void => say(options.answer?.(command) ?? usual);
    socket.on("error", () => {});
    if (greets) reply("GREETING", "220 fake ESMTP");
    socket.on("data", (chunk) => {
      buffer += chunk.toString("utf8");
      for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (data !== null) {
          if (line !== ".") {
            data += `${line}\n`;
            continue;
          }
          const answer = options.answer?.(".") ?? "250 2.0.0 Ok: queued as 1";
          if (answer.startsWith("250")) mails.push({ from, to, data, isSecure, auth });
          [data, to] = [null, []];
          say(answer);
          continue;
        }
        const [verb = ""] = line.toUpperCase().split(" ");
        if (verb === "EHLO" || verb === "HELO") {
          say("250-fake");
          if (context && !isSecure) say("250-STARTTLS");
          if (isSecure) say("250-AUTH PLAIN");
          say("250 8BITMIME");
        } else if (verb === "STARTTLS" && context) {
          say("220 go ahead");
          socket.removeAllListeners("data");
          talk(new tls.TLSSocket(socket, { isServer: true, secureContext: context }), true, false);
          return;
        } else if (verb === "AUTH") {
          auth = Buffer.from(line.split(" ")[2] ?? "", "base64").toString("utf8");
          reply("AUTH", "235 2.7.0 welcome");
        } else if (verb === "MAIL") {
          from = /<(.*?)>/.exec(line)?.[1] ?? "";
          reply("MAIL", "250 2.1.0 Ok");
        } else if (verb === "RCPT") {
          to.push(/<(.*?)>/.exec(line)?.[1] ?? "");
          reply("RCPT", "250 2.1.5 Ok");
        } else if (verb === "DATA") {
          const answer = options.answer?.("DATA") ?? "354 go on";
          if (answer.startsWith("354")) data = "";
          say(answer);
        } else if (verb === "QUIT") {
          say("221 bye");
          socket.end();
        } else say("250 Ok");
      }
    });
  };
  const onSocket = (socket: net.Socket): void => {
    sockets.add(socket);
    talk(socket, options.implicit === true, true);
  };
  const server =
    options.implicit === true && options.certificate
      ? tls.createServer(options.certificate, onSocket)
      : net.createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    mails,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
