import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Readonly<Record<string, unknown>>;
/** What is wrong with the next id_token, or with the way back. */
export type Twist = {
  readonly claims?: Json;
  readonly header?: Json;
  readonly key?: KeyObject;
  readonly isUnsigned?: boolean;
  readonly back?: Readonly<Record<string, string>>;
};
type Code = { readonly asked: URLSearchParams; readonly claims: Json; readonly twist: Twist };

export const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export type FakeIdp = Awaited<ReturnType<typeof startFakeIdp>>;

/** A provider on loopback that asks for the right client, redirect and verifier, and says of people whatever it is told. */
export async function startFakeIdp(clientId: string, secret: string | null) {
  const key = newKey();
  const codes = new Map<string, Code>();
  const asked: string[] = [];
  const state = { isDown: false, leadsTo: null as string | null, browsers: {} as Json };
  let issuer = "";

  const token = (form: URLSearchParams, authorization: string | undefined): Json | null => {
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    if (code === undefined) return null;
    const pair = Buffer.from((authorization ?? "").replace(/^Basic /, ""), "base64").toString("utf8");
    const isClient = decodeURIComponent(pair) === `${clientId}:${secret ?? ""}`; // as forms are written (RFC 6749, 2.3.1)
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url"); // prettier-ignore
    if (secret === null ? form.get("client_id") !== clientId : !isClient) return null;
    if (challenge !== code.asked.get("code_challenge")) return null;
    if (form.get("redirect_uri") !== code.asked.get("redirect_uri")) return null;
    return { access_token: "ACCESS-CANARY", token_type: "Bearer", id_token: idToken(code) };
  };

  const idToken = ({ asked: question, claims, twist }: Code): string => {
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: issuer, aud: clientId, iat: now, exp: now + 300, nonce: question.get("nonce"), email: null };
    const head = base64({ alg: "ES256", kid: "1", ...twist.header });
    const said = `${head}.${base64({ ...usual, ...claims, ...twist.claims })}`;
    const signature = sign("sha256", Buffer.from(said), { key: twist.key ?? key, dsaEncoding: "ieee-p1363" });
    return `${said}.${twist.isUnsigned === true ? "" : signature.toString("base64url")}`;
  };

  const answer = (path: string): Json | null => {
    if (path === "/keys") return { keys: [{ ...key.export({ format: "jwk" }), d: undefined, kid: "1", use: "sig" }] };
    if (path !== "/.well-known/openid-configuration") return null;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: ["ES256", "none"],
      authorization_response_iss_parameter_supported: true,
    };
  };

  /** A person signs in there: where their browser is sent back to. */
  const come = (address: string, claims: Json, twist: Twist = {}): URL => {
    const question = new URL(address).searchParams;
    const code = randomUUID();
    codes.set(code, { asked: question, claims, twist });
    const back = new URL(question.get("redirect_uri") ?? "");
    const said = { code, state: question.get("state") ?? "", iss: issuer, ...twist.back };
    for (const [name, value] of Object.entries(said)) back.searchParams.set(name, value);
    return back;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "";
    asked.push(path);
    if (path.startsWith("/authorize?"))
      // a browser: whoever this says is signed in there already
      return void response.writeHead(302, { location: come(issuer + path, state.browsers).href }).end();
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const said = path === "/token" ? token(new URLSearchParams(body), request.headers.authorization) : answer(path);
    if (state.leadsTo !== null) return void response.writeHead(302, { location: state.leadsTo }).end();
    const status = state.isDown ? 503 : said === null ? 400 : 200;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said ?? {}));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    asked,
    state,
    come,
    close: () => new Promise<void>((done) => void server.close(() => done())),
  };
}
