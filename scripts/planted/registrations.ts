import type { PlantedFault } from './fault.ts'

const fetching = ['src/outbound/fetch-document.test.ts']

export const registrations: readonly PlantedFault[] = [
  {
    ids: ['RG-01'],
    file: 'src/protocol/client-metadata.ts',
    find: 'if (badText !== undefined) return refuse(badText)',
    replace: '',
    tests: ['src/protocol/client-metadata.test.ts'],
  },
  {
    ids: ['RG-02'],
    file: 'src/protocol/client-metadata.ts',
    find: "supportedGrants.filter((each) => each !== 'client_credentials')",
    replace: 'supportedGrants',
    tests: ['src/protocol/client-metadata.test.ts'],
  },
  {
    ids: ['AD-02'],
    file: 'src/protocol/client-metadata-shape.ts',
    find: 'vendorMembers ? shapes.full : shapes.standard',
    replace: 'vendorMembers ? shapes.full : shapes.full',
    tests: ['src/protocol/client-metadata.test.ts'],
  },
  {
    ids: ['RG-04'],
    file: 'src/outbound/fetch-document.ts',
    find: "if (isIP(host) !== 0 && !isAllowed(host)) return refuse('address_not_public')",
    replace: '',
    tests: fetching,
  },
  {
    ids: ['RG-05'],
    file: 'src/outbound/fetch-document.ts',
    find: 'if (!addresses.every(({ address }) => isAllowed(address))) throw new AddressNotPublic()',
    replace: '',
    tests: [...fetching, 'e2e/protocol/registration/document-host.test.ts'],
  },
  {
    ids: ['RG-06'],
    file: 'src/outbound/fetch-document.ts',
    find: "if (statusCode !== 200) return 'status_not_200'",
    replace: '',
    tests: [...fetching, 'e2e/protocol/registration/document-host.test.ts'],
  },
  {
    ids: ['RQ-03'],
    file: 'src/protocol/authorize.ts',
    find: "if (parameters.get('request_uri') !== undefined) return because('request_uri_unsupported')",
    replace: '',
    tests: ['e2e/protocol/pushed/visit.test.ts'],
  },
]
