import '$lib/polyfills';
import type { HandleClientError } from '@sveltejs/kit';
import { Problem } from '$lib/api/problem';

/** Errors of navigation become the code that the error page translates. */
export const handleError: HandleClientError = ({ error, message }) => ({
	message,
	code: Problem.from(error).code,
});
