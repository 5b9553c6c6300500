/** A secret in every place that takes one, and the places in which none may turn up. */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChannelKind, ChannelSecrets } from "../../db/model/channel.ts";

const seeds = new Map<string, string>();

/** A new secret; found again under `of` where it has no business. */
export function canary(of: string): string {
  const text = `CANARY-${randomBytes(16).toString("hex")}`;
  seeds.set(of, text);
  return text;
}
/** A secret the server made itself. */
export const watchFor = (of: string, secret: string): void => void seeds.set(of, secret);

/** Which secrets stand in a text: as they are, in base64, in hex, or as a URL carries them. */
export function found(where: string, text: string): string[] {
  const hits: string[] = [];
  for (const [of, secret] of seeds) {
    const bytes = Buffer.from(secret);
    // Base64 of the middle, at each of the three ways it can begin: its ends depend on what stands around it.
    const inBase64 = [0, 1, 2].map((skip) =>
      bytes.subarray(skip, skip + Math.floor((bytes.length - skip) / 3) * 3).toString("base64"),
    );
    const shapes = [secret, bytes.toString("hex"), encodeURIComponent(secret), ...inBase64];
    if (shapes.some((shape) => text.includes(shape))) hits.push(`${of} in ${where}`);
  }
  return hits;
}

export type Listener = { readonly url: string; stop(): Promise<void> };
const served = async (server: Server): Promise<Listener> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};

/** Everybody we talk to at their worst: refuses, and says back all it was told. */
export const startParrot = (): Promise<Listener> =>
  served(
    createServer((request, response) => {
      let body = "";
      request.on("data", (bytes: Buffer) => (body += bytes.toString()));
      request.on("end", () => {
        const said = `you said ${request.url} ${request.headers.authorization ?? ""} ${body.slice(0, 300)}`;
        response.writeHead(400, { "content-type": "application/json" });
        response.end(JSON.stringify({ status: "error", errorType: "bad_data", error: said, code: 19_001, errcode: 310_000, ok: false, msg: said, errmsg: said, description: said, message: said })); // prettier-ignore
      });
    }),
  );

/** A collector of traces; what it got is in `got`. */
export async function startCollector(): Promise<Listener & { readonly got: string[] }> {
  const got: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (bytes: Buffer) => parts.push(bytes));
    request.on("end", () => {
      got.push(Buffer.concat(parts).toString("latin1"));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  return { ...(await served(server)), got };
}

/** A channel's secrets, all of them watched, in the form its platform takes. */
export function channelCanaries(kind: ChannelKind, parrot: string): ChannelSecrets {
  const of = (field: string): string => canary(`${kind} ${field}`);
  switch (kind) {
    case "email":
      return { url: "smtp://dapan@127.0.0.1:9", secret: of("password"), previousSecret: "" };
    case "telegram":
      return { url: parrot, secret: `123456:${of("bot token")}`, previousSecret: "" };
    case "pagerduty":
      return { url: `${parrot}/${of("path")}`, secret: of("routing key"), previousSecret: "" };
    case "webhook": {
      const [one, other] = [of("secret"), of("secret before")].map((text) => `whsec_${Buffer.from(text).toString("base64")}`); // prettier-ignore
      return { url: `${parrot}/hook/${of("path")}`, secret: one!, previousSecret: other! };
    }
    default:
      return { url: `${parrot}/hook/${of("path")}?key=${of("key")}`, secret: of("secret"), previousSecret: "" };
  }
}
