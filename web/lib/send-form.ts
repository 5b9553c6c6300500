/** What became of a form of sign-in: through, or why not and, after too many tries, in how many seconds to come again. */
export type Sent =
  | { readonly isOk: true; readonly answer: unknown }
  | { readonly isOk: false; readonly status: number; readonly why: string; readonly waitS: number | null };

/** Sends JSON to a route of sign-in (server/api/sign-in.ts), or asks one where there is nothing to send. Never throws. */
export async function sendForm(path: string, form: unknown): Promise<Sent> {
  const init =
    form === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(form) };
  try {
    const answer = await window.fetch(path, { ...init, redirect: "error" });
    const said: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return { isOk: true, answer: said };
    const wait = Number(answer.headers.get("retry-after") ?? Number.NaN);
    return { isOk: false, status: answer.status, why: errorOf(said), waitS: Number.isFinite(wait) ? wait : null };
  } catch {
    return { isOk: false, status: 0, why: "", waitS: null }; // nobody answered
  }
}

const errorOf = (said: unknown): string =>
  typeof said === "object" && said !== null && "error" in said && typeof said.error === "string" ? said.error : "";
