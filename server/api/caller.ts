import type { FastifyRequest } from "fastify";
import type { Caller } from "../usecases/access/access-port.ts";

/** What of a request tells who sent it. */
export const callerOf = ({ headers, ip, socket }: FastifyRequest): Caller => ({
  headers,
  address: ip,
  peer: socket.remoteAddress ?? "",
});
