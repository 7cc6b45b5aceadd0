import { defineErrors } from "@mycelium/subgraph-kit";

export const platformErrors = defineErrors({
  WRONG_CREDENTIALS: { status: 401, message: "The tenant, the e-mail or the password is wrong" },
  REFRESH_REFUSED: {
    status: 401,
    message: "The refresh token is unknown, over or was used before: sign in again",
  },
});
