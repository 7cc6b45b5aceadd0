import type { RegistryApp, RegistryParts } from "../app.ts";

export function addPages(_app: RegistryApp, _parts: RegistryParts): void {}
