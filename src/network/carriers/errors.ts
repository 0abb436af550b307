/** Thrown when a setting asks for a carrier that this platform does not have. */
export class NotSupportedByCarrierError extends Error {
  static name = 'NotSupportedError'
  name = 'NotSupportedError'
}

/** Thrown when the proxy address cannot be used. */
export class InvalidProxyError extends Error {
  static name = 'InvalidParametersError'
  name = 'InvalidParametersError'
}

/** Thrown for a web address that is not fetched, or could not be. */
export class WebAddressError extends Error {
  static name = 'WebAddressError'
  name = 'WebAddressError'
}
