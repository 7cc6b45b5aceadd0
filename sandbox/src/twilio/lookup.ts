import { isPhoneNumber } from "./message.ts";

/** What Lookup v2 says of a number. What kind of line it is follows from its last digit. */
export function lookUp(number: string, { url, fields }: { url: string; fields: readonly string[] }) {
  const isValid = isPhoneNumber(number);
  const isNorthAmerican = isValid && /^\+1\d{10}$/.test(number);
  return {
    calling_country_code: isNorthAmerican ? "1" : null,
    country_code: isNorthAmerican ? "US" : null,
    phone_number: number,
    national_format: isNorthAmerican
      ? `(${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`
      : number,
    valid: isValid,
    validation_errors: isValid ? [] : [number.length < 8 ? "TOO_SHORT" : "NOT_A_NUMBER"],
    caller_name: null,
    sim_swap: null,
    call_forwarding: null,
    line_type_intelligence: fields.includes("line_type_intelligence") && isValid ? lineOf(number) : null,
    line_status: null,
    identity_match: null,
    reassigned_number: null,
    sms_pumping_risk: null,
    phone_number_quality_score: null,
    pre_fill: null,
    url,
  };
}

function lineOf(number: string) {
  const type = number.endsWith("8") ? "landline" : number.endsWith("9") ? "nonFixedVoip" : "mobile";
  return {
    error_code: null,
    mobile_country_code: type === "mobile" ? "310" : null,
    mobile_network_code: type === "mobile" ? "456" : null,
    carrier_name: type === "landline" ? "Sandbox Telephone" : "Sandbox Wireless",
    type,
  };
}
