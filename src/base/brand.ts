declare const brand: unique symbol

/** A value that only the function which checked it can make. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }
