/** What every failed call becomes: the stable code that the app translates, never server prose. */

export const PROBLEM_CODES = [
	'bad_request',
	'invalid_field',
	'password_weak',
	'not_signed_in',
	'session_ended',
	'wrong_credentials',
	'too_many_tries',
	'account_locked',
	'account_waiting',
	'code_closed',
	'code_wrong',
	'codes_off',
	'sign_in_over',
	'class_closed',
	'columns_unknown',
	'tutor_closed',
	'consent_missing',
	'forbidden',
	'not_found',
	'conflict',
	'name_taken',
	'setup_done',
	'setup_code_wrong',
	'file_too_big',
	'file_empty',
	'file_type_unknown',
	'file_type_mismatch',
	'checksum_mismatch',
	'upload_busy',
	'disk_full',
	'quota_full',
	'file_unreadable',
	'stick_gone',
	'queue_full',
	'unavailable',
	'timeout',
	'host_unknown',
	'origin_unknown',
	'rate_limited',
	'internal',
] as const;

/** `offline` never comes from the server: it says that the box could not be reached. */
export type ProblemCode = (typeof PROBLEM_CODES)[number] | 'offline';

interface ProblemBody {
	status?: number;
	code?: string;
	detail?: string;
	field?: string;
	retry_after_s?: number;
}

const known: ReadonlySet<string> = new Set([...PROBLEM_CODES, 'offline']);

export function toProblemCode(code: string | null | undefined): ProblemCode {
	return code && known.has(code) ? (code as ProblemCode) : 'internal';
}

export class Problem extends Error {
	readonly code: ProblemCode;
	readonly status: number;
	/** The form field the server refused, when there is one. */
	readonly field: string | undefined;
	readonly retryAfterS: number | undefined;

	constructor(code: ProblemCode, status = 0, body: ProblemBody = {}) {
		super(body.detail ?? code);
		this.name = 'Problem';
		this.code = code;
		this.status = status;
		this.field = body.field;
		this.retryAfterS = body.retry_after_s;
	}

	static offline(): Problem {
		return new Problem('offline');
	}

	/** Reads a response body; anything that is not a problem document counts by its status. */
	static fromBody(status: number, text: string): Problem {
		let body: ProblemBody = {};
		try {
			const parsed: unknown = JSON.parse(text);
			if (parsed !== null && typeof parsed === 'object') body = parsed as ProblemBody;
		} catch {
			// A proxy or an old server may answer with plain text; the status is enough.
		}
		return new Problem(body.code ? toProblemCode(body.code) : codeOfStatus(status), status, body);
	}

	/** For `catch` blocks: whatever was thrown, as a problem. */
	static from(error: unknown): Problem {
		return error instanceof Problem ? error : new Problem('internal');
	}
}

function codeOfStatus(status: number): ProblemCode {
	switch (status) {
		case 401:
			return 'not_signed_in';
		case 403:
			return 'forbidden';
		case 404:
			return 'not_found';
		case 409:
			return 'conflict';
		case 413:
			return 'file_too_big';
		case 423:
			return 'upload_busy';
		case 429:
			return 'rate_limited';
		case 460:
			return 'checksum_mismatch';
		case 507:
			return 'disk_full';
		case 408:
		case 504:
			return 'timeout';
		case 502:
		case 503:
			return 'unavailable';
		default:
			return status >= 400 && status < 500 ? 'bad_request' : 'internal';
	}
}
