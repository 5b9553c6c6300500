import { expect, test } from "vitest";
import { saidToken } from "../../../../server/domain/access/said-token.ts";

test.each(["Bearer dpn_a", "bearer   dpn_a  "])("%j says a token of ours", (said) => {
  expect(saidToken(said)).toBe("dpn_a");
});

test.each(["dpn_a", "Bearer dpn_a b", "Bearer dpn_a, Bearer dpn_b", "Basic dpn_a", "Bearer DPN_a", 'Bearer "dpn_a"'])(
  "%j says a token that nobody made, not none",
  (said) => {
    expect(saidToken(said)).toMatch(/^(?:|DPN_a|"dpn_a")$/);
  },
);

test.each([undefined, "", "Bearer ey.Jhbdpn_a.x", "Bearer x-dpn_a", "Basic ZHBuX2E="])("%j says none", (said) => {
  expect(saidToken(said)).toBeNull();
});
