import { z } from "zod";

const name = z.string().min(1).max(200);

/** What a variant's checks go by. Everything may be left out. */
export const variantSettings = z.strictObject({
  checks: z
    .strictObject({
      /** What was asked for in so many days counts. */
      windowDays: z.number().min(0.01).max(400).optional(),
      /** Fewer requests than this are nobody's. */
      requestsMin: z.int().min(1).optional(),
      /** Of all requests in the window. */
      percentageMin: z.number().min(0).max(100).optional(),
      ignoredClients: z.array(name).max(100).optional(),
    })
    .optional(),
  lint: z.record(z.string().max(100), z.enum(["ERROR", "WARNING", "OFF"])).optional(),
  budget: z
    .strictObject({
      level: z.enum(["ERROR", "WARNING", "OFF"]).optional(),
      /** How many more than before an operation may take. */
      moreFetches: z.int().min(0).optional(),
      deeper: z.int().min(0).optional(),
      moreSubgraphs: z.int().min(0).optional(),
    })
    .optional(),
  contract: z
    .strictObject({
      source: name,
      include: z.array(name).max(100),
      exclude: z.array(name).max(100),
      hideUnreachable: z.boolean(),
    })
    .optional(),
});

export type VariantSettings = z.infer<typeof variantSettings>;
