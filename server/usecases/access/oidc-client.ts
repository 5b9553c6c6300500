import { randomUUID } from "node:crypto";
import * as client from "openid-client";
import { CollectError, type Fetcher } from "../../../collectors/collector.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { HOUR_MS, SECOND_MS } from "../../../db/model/time.ts";
import type { OidcConfig } from "../../config/config.ts";
import { readSecret } from "../../config/secrets.ts";
import { emailOrNull, type Outsider, shownName } from "./outsiders.ts";

const DEADLINE_MS = 10 * SECOND_MS;
const MOST_BYTES = 1_048_576;
const KNOWN_MS = HOUR_MS; // what a provider says of itself
const DOWN_MS = 10 * SECOND_MS; // nobody asks a provider that failed more often, whoever asks us
const LONGEST_SUBJECT = 255; // OpenID Connect Core 2

/** What a sign-in was begun with and must come back with. */
export type Begun = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type OidcClientParts = {
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
};
export type OidcClient = ReturnType<typeof createOidcClient>;

/** The protocol is openid-client's; what leaves the process leaves by our one way out. */
export function createOidcClient({ fetcher, clock, env }: OidcClientParts) {
  const known = new WeakMap<OidcConfig, { readonly until: number; readonly said: Promise<client.ServerMetadata> }>();
  const send = sendBy(fetcher);

  const discover = async (provider: OidcConfig): Promise<client.ServerMetadata> => {
    const isPlain = provider.issuer.startsWith("http:"); // the configuration lets only listed addresses be
    const found = await client.discovery(new URL(provider.issuer), provider.clientId, undefined, undefined, {
      [client.customFetch]: send,
      execute: isPlain ? [client.allowInsecureRequests] : [],
    });
    const { issuer } = found.serverMetadata();
    if (issuer === provider.issuer) return found.serverMetadata();
    throw new Error(`it calls itself ${issuer}: write that as issuer in dapan.yaml, if it is the right one`);
  };

  const metadataOf = (provider: OidcConfig): Promise<client.ServerMetadata> => {
    const now = clock.monotonicMs();
    const last = known.get(provider);
    if (last !== undefined && last.until > now) return last.said;
    const said = discover(provider);
    known.set(provider, { until: now + KNOWN_MS, said });
    said.catch(() => known.set(provider, { until: clock.monotonicMs() + DOWN_MS, said }));
    return said;
  };

  /** Made anew for each sign-in: a changed secret and changed keys of the provider count at once. */
  const configured = async (provider: OidcConfig): Promise<client.Configuration> => {
    const metadata = await metadataOf(provider);
    const auth = await authOf(provider, metadata, env);
    const made = new client.Configuration(metadata, provider.clientId, undefined, auth);
    made[client.customFetch] = send;
    client.enableNonRepudiationChecks(made); // else the signature of an id_token is not looked at
    if (provider.issuer.startsWith("http:")) client.allowInsecureRequests(made);
    return made;
  };

  return {
    /** Where the browser goes to sign in. */
    async address(provider: OidcConfig, backTo: string, { state, nonce, verifier }: Begun): Promise<string> {
      const url = client.buildAuthorizationUrl(await configured(provider), {
        redirect_uri: backTo,
        scope: "openid email profile",
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return url.href;
    },

    /**
     * Who came back, by an id_token whose signature, issuer, audience, nonce and time were checked.
     * @param cameBackTo the whole address, with what the provider added
     */
    async outsider(provider: OidcConfig, cameBackTo: URL, { state, nonce, verifier }: Begun): Promise<Outsider> {
      const configuration = await configured(provider);
      const tokens = await client.authorizationCodeGrant(configuration, cameBackTo, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const proven = tokens.claims();
      if (proven === undefined || proven.sub.length > LONGEST_SUBJECT) throw new Error("the subject is too long");
      const isTold = proven["email"] !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined;
      const more = isTold ? proven : await client.fetchUserInfo(configuration, tokens.access_token, proven.sub);
      const text = (claim: string): string => (typeof more[claim] === "string" ? more[claim] : "");
      return {
        provider: provider.issuer,
        subject: proven.sub,
        name: shownName(text("name") || text("preferred_username") || text("email"), proven.sub),
        email: more["email_verified"] === false ? null : emailOrNull(text("email")),
      };
    },
  };
}

/** Basic where the provider does not say otherwise: that is what no word about it means (Discovery 3). */
async function authOf(
  { clientSecret }: OidcConfig,
  { token_endpoint_auth_methods_supported: ways }: client.ServerMetadata,
  env: OidcClientParts["env"],
): Promise<client.ClientAuth> {
  if (clientSecret === null) return client.None();
  const secret = await readSecret(clientSecret, env);
  const isPost = ways !== undefined && !ways.includes("client_secret_basic") && ways.includes("client_secret_post");
  return isPost ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
}

/** Addresses are judged, redirects refused, time and bytes limited. What went wrong on the way is a CollectError. */
function sendBy(fetcher: Fetcher): client.CustomFetch {
  return async (url, { method, headers, body }) => {
    const key = `oidc ${randomUUID()}`; // people sign in at the same time
    if (method !== "GET" && method !== "POST") throw new CollectError("bad_config", `${method} is not sent`);
    if (typeof body !== "string" && !(body instanceof URLSearchParams) && body !== undefined && body !== null)
      throw new CollectError("bad_config", "only forms are sent to a provider");
    try {
      const answer = await fetcher.get(key, {
        url: new URL(url),
        headers,
        deadlineMs: DEADLINE_MS,
        maxBytes: MOST_BYTES,
        method,
        ...(body === undefined || body === null ? {} : { body: body.toString() }),
      });
      const text = Buffer.from(answer.body).toString("utf8");
      return new Response(text, { status: answer.status, headers: { "content-type": answer.contentType } });
    } finally {
      fetcher.forget(key);
    }
  };
}
