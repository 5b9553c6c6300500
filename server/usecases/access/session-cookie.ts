/** The cookie that a session comes with. `__Host-` binds it to this host and to https; plain http on loopback cannot have it. */
export type CookieKind = { readonly name: string; readonly isSecure: boolean };

export const cookieKind = (publicUrl: string): CookieKind =>
  publicUrl.startsWith("https://")
    ? { name: "__Host-dapan", isSecure: true }
    : { name: "dapan-session", isSecure: false };

/** @param maxAgeS 0 takes the cookie away */
export function setCookie({ name, isSecure }: CookieKind, token: string, maxAgeS: number): string {
  const secure = isSecure ? "; Secure" : "";
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${secure}`;
}

/** The session's token; null = there is none. */
export function tokenOf(kind: CookieKind, header: string | undefined): string | null {
  const token = cookieOf(kind, header);
  return token !== null && /^[\w-]{43}$/.test(token) ? token : null;
}

/** A cookie of ours; null = none was sent, or two were: whoever may set a cookie beside ours decides nothing. */
export function cookieOf({ name }: CookieKind, header: string | undefined): string | null {
  const found = (header ?? "").split(";").flatMap((part) => {
    const [key = "", value = ""] = part.trim().split("=");
    return key === name ? [value] : [];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}
