export { type BusContract, describeBus } from "./bus-contract.ts";
