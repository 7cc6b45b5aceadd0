import { object, oneOf } from "../schema/compound.ts";
import { boolean, bytes, duration, integer } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

export const previewFileUploadsSection = object({
  enabled: boolean(),
  protocols: object({
    multipart: object({
      enabled: boolean().default(true),
      mode: oneOf("stream").default("stream"),
      limits: object({
        max_file_size: bytes(),
        max_files: integer(),
        operation_body_timeout: duration().optional(),
      }).omittable(),
    }),
  }),
})
  .omittable()
  .describe("Whether files may be sent along in a form.");

export type PreviewFileUploadsConfig = Infer<typeof previewFileUploadsSection>;
