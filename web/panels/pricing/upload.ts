import { MOST_IMPORT_BYTES } from "../../../db/model/imports.ts";

export type Uploaded = { readonly id: string; readonly name: string };

/** A file the server would refuse unread. */
export const isTooBig = (file: File): boolean => file.size > MOST_IMPORT_BYTES;

/** Sends a table as it is, byte for byte: the server tells its encoding. @throws Error with what the server said */
export async function upload(file: File): Promise<Uploaded> {
  const answer = await window.fetch(`/api/pricing/uploads?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: file,
    redirect: "error",
  });
  const said: unknown = await answer.json().catch(() => null);
  if (answer.ok && isUploaded(said)) return said;
  throw new Error(isFault(said) ? said.error : `HTTP ${answer.status}`);
}

const isUploaded = (said: unknown): said is Uploaded =>
  typeof said === "object" && said !== null && "id" in said && typeof said.id === "string";

const isFault = (said: unknown): said is { error: string } =>
  typeof said === "object" && said !== null && "error" in said && typeof said.error === "string";
