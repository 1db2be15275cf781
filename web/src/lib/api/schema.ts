// Made from openapi.json by `npm run schema`. Do not edit.

export interface paths {
    "/api/v1/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers of the school's tutors, those given most often or newest first. */
        get: operations["list_answers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/answers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One answer. */
        get: operations["get_answer"];
        /** Replaces the words of an answer and approves it. */
        put: operations["correct_answer"];
        post?: never;
        /** Deletes an answer; the tutor quotes the lesson instead of saying it again. */
        delete: operations["delete_answer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/answers/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves an answer as it is, or again after a lesson changed. */
        post: operations["approve_answer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/answers/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a deletion back. */
        post: operations["restore_answer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the staff did, the last first, fifty at a time. */
        get: operations["show_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log as a table (CSV), the last entry first. Who saved it is in it too. */
        get: operations["export_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/badge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in the learner of a badge. */
        post: operations["enter_by_badge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/class": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The names of an open class, for whoever has its code. */
        post: operations["show_door"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/class/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in a learner of an open class. */
        post: operations["enter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/guest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a guest in, where the school allows it; for two hours at most. */
        post: operations["enter_as_guest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a code opens, for whoever has it. */
        post: operations["show_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs in, with cookies or (`"tokens":"body"`) with tokens in the answer. Staff who use
         *     codes of a phone are asked for one first, unless they trust the browser.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in whoever typed the password before, with a code of the phone or a recovery code. */
        post: operations["type_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session at once. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes one's own name, language or password. */
        patch: operations["change_me"];
        trace?: never;
    };
    "/api/v1/auth/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that is kept about oneself, as an archive of tables, files and an explanation. */
        get: operations["export_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether one has a card of one's own. */
        get: operations["show_own_card"];
        put?: never;
        /** Makes one's own card, to print and to keep; it replaces the one before. */
        post: operations["make_own_card"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one's own codes stand. */
        get: operations["show_own"];
        put?: never;
        /** Makes a secret for the phone; nothing is asked for until a first code is typed. */
        post: operations["begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns codes on with the first one, and ends all other sessions. */
        post: operations["confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me/totp/off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns one's codes off. */
        post: operations["end"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me/totp/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes new recovery codes; those before count no more. */
        post: operations["renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me/totp/trusted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Asks for a code again in all of one's browsers. */
        delete: operations["distrust"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets a new password with a card, which is used up, and ends all other sessions. */
        post: operations["recover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the tokens: those in cookies (204), or the one in the body (200). */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the account that a code opens: with an invitation its person is signed in, with
         *     the code of a school it waits for a teacher.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own sessions. */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        /** Ends all of one's own sessions but this one. */
        delete: operations["end_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of one's own sessions. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What anybody may know before signing in. */
        get: operations["show_box"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/engine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The language model at work. Cheap, to be asked every two seconds. */
        get: operations["engine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The jobs of this school that were given up, oldest first. */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a job off the list for good; what it was about stays as it is. */
        delete: operations["dismiss_job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries a job again from the stage it had reached. */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes the language model: answers in progress may end, new questions
         *     wait, and the old model comes back should the new one fail. The box status
         *     tells how far it is.
         */
        post: operations["choose_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The language models the box knows, and which of them can be chosen. */
        get: operations["model_choices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the box is. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/box/time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The time the box goes by. */
        get: operations["show_time"];
        put?: never;
        /** Stands by a time, which moves that of the box forward; it can not be moved back. */
        post: operations["move_time"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This person's chats, last used first. */
        get: operations["list_chats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/messages/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Notes whether an answer helped. */
        put: operations["give_feedback"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One chat with its newest 100 messages, or the newest 100 before one of them. */
        get: operations["get_chat"];
        put?: never;
        post?: never;
        /** Deletes a chat. */
        delete: operations["delete_chat"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The classes of the school for its staff; learners see their own. */
        get: operations["list_classes"];
        put?: never;
        /** Makes a class; a teacher who makes one teaches it. */
        post: operations["add_class"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A class with its people. */
        get: operations["show_class"];
        put?: never;
        post?: never;
        /** Moves a class to the trash for 30 days; its people keep their accounts. */
        delete: operations["remove_class"];
        options?: never;
        head?: never;
        /** Renames a class, ends it or takes it up again, or puts it into a term. */
        patch: operations["change_class"];
        trace?: never;
    };
    "/api/v1/classes/{id}/badges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives all learners of a class new badges in place of those they have. */
        post: operations["give_badges"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{id}/door": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Holds a class open for signing in, or closes it. */
        put: operations["open_class"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Adds people to a class and takes others out; all of it or nothing. */
        patch: operations["change_members"];
        trace?: never;
    };
    "/api/v1/classes/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings a class back from the trash. */
        post: operations["restore_class"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives all learners of a class new digits or pictures; ends their sessions. */
        post: operations["give_secrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Consents of the learners one sees to: for administrators all, for teachers those they
         *     teach.
         */
        get: operations["consent_register"];
        put?: never;
        /** Writes down what was said about some learners; counts at once, for all or for none. */
        post: operations["record_consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent/age": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says how old some learners are; for all or for none. */
        put: operations["set_age"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register as a table (CSV), of the learners one sees to. The log says who saved it. */
        get: operations["export_consents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent/mine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is written down about oneself. */
        get: operations["own_consent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One learner of the register, with all that was written down. */
        get: operations["show_consent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent/rule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says what follows in the school where nothing was said about a learner under 16. */
        put: operations["set_consent_rule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consent/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes entries back by new ones; what stood before stands again. */
        post: operations["undo_consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was erased, without names, and whether files and indexes are clean already. */
        get: operations["list_erasures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The invitations that can be accepted: for administrators all of the school, for
         *     teachers their own.
         */
        get: operations["list_invitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an invitation back; who accepted it stays. */
        delete: operations["revoke_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/joining": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether learners may ask for an account, and with which code. */
        get: operations["show_joining"];
        /** Says whether learners may ask for an account, or makes another code. */
        put: operations["change_joining"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/joining/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens the accounts of those who wait; all or none. */
        post: operations["approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/joining/reconsider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets those who were refused wait again, for 30 days; all or none. */
        post: operations["reconsider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/joining/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves the accounts of those who wait to the trash; all or none. */
        post: operations["refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/joining/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Those who wait for approval. */
        get: operations["list_waiting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys of the school. */
        get: operations["list_keys"];
        put?: never;
        /** Makes a key; the answer is the only place that shows it. */
        post: operations["make_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a key at once. */
        delete: operations["revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lessons this person may read, newest first. */
        get: operations["list_lessons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The copies this person started in the last month, newest first. */
        get: operations["list_copies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/copies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Stops a copy and takes it off the list; what was copied stays. */
        delete: operations["forget_copy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/copies/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops a copy; what was copied stays. */
        post: operations["stop_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live changes: `lesson` events carry a lesson, `removed` events an id. */
        get: operations["lesson_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Searches inside the lessons this person may read. */
        get: operations["search_lessons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sticks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sticks that are plugged into the box. */
        get: operations["list_sticks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sticks/{id}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts to copy; it goes on without the page. */
        post: operations["start_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sticks/{id}/folder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What is in a folder of a stick, folders first. */
        post: operations["stick_folder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/sticks/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks at what was chosen and says what copying it would do. */
        post: operations["plan_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a lesson; it is read in the background. */
        post: operations["upload_lesson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announces a file; its address is in `Location`. `Upload-Metadata` holds
         *     `filename` and, as wished, `title`, `subject`, `language` and `shared`. The
         *     first bytes may come along, as in `PATCH`.
         */
        post: operations["start_upload"];
        delete?: never;
        /** What of the tus protocol is spoken, in the headers of the answer. */
        options: operations["upload_options"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Gives an upload up. A lesson that was made of it stays. */
        delete: operations["discard_upload"];
        options?: never;
        /**
         * How many bytes of an upload are safe. A request that is sending some is
         *     called off: its sender asks because the connection was lost.
         */
        head: operations["upload_state"];
        /**
         * Sends the next bytes. With the last ones the file becomes a lesson, named
         *     in `Bwenge-Lesson`; when the school has the same file already, that lesson
         *     is named in `Bwenge-Same-As` and nothing is added.
         */
        patch: operations["send_piece"];
        trace?: never;
    };
    "/api/v1/knowledge/uploads/{id}/lesson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a lesson of an upload although the school has the same file. */
        post: operations["keep_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One lesson. */
        get: operations["get_lesson"];
        put?: never;
        post?: never;
        /** Deletes a lesson and everything made from it. */
        delete: operations["delete_lesson"];
        options?: never;
        head?: never;
        /** Changes a lesson's title, subject, language or audience. */
        patch: operations["change_lesson"];
        trace?: never;
    };
    "/api/v1/knowledge/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops the reading of a lesson; it then counts as failed with the code
         *     `cancelled` and can be read again.
         */
        post: operations["cancel_lesson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/captions.vtt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A recording's captions (WebVTT), with teachers' changes. */
        get: operations["lesson_captions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/loudness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The loudness along a recording, for the picture below its player. */
        get: operations["lesson_loudness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/original": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The file as it was uploaded. Answers single byte ranges; the `ETag` is the
         *     file's SHA-256.
         */
        get: operations["lesson_original"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of a PDF as a picture, or a lesson that is one at a bearable size. */
        get: operations["lesson_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/poster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The small picture for a lesson's card: the first page, a cover, the picture
         *     itself. About 320 pixels wide.
         */
        get: operations["lesson_poster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/read-again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads the file anew. Changes hold for what is read as before. */
        post: operations["read_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a failed lesson again. */
        post: operations["retry_lesson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the tutor read, by page, slide or section, with teachers' changes. */
        get: operations["lesson_text"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Corrects what the tutor read or leaves parts out. Searches find the new
         *     words within seconds; sending the value from before takes a change back.
         */
        patch: operations["correct_text"];
        trace?: never;
    };
    "/api/v1/orgs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All schools, for the administrator of the box. */
        get: operations["list_orgs"];
        put?: never;
        /** Adds a school with its first administrator. */
        post: operations["add_org"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orgs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One school, for its administrator or that of the box. */
        get: operations["show_org"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Renames a school or corrects its kind and language. */
        patch: operations["change_org"];
        trace?: never;
    };
    "/api/v1/orgs/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Invites people to the school: administrators anybody, teachers learners. */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/personas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tutors this person may ask. */
        get: operations["list_personas"];
        put?: never;
        /** Makes a tutor. */
        post: operations["create_persona"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/personas/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One tutor. */
        get: operations["get_persona"];
        put?: never;
        post?: never;
        /** Deletes a tutor; chats with it stay readable. */
        delete: operations["delete_persona"];
        options?: never;
        head?: never;
        /** Changes a tutor. */
        patch: operations["change_persona"];
        trace?: never;
    };
    "/api/v1/personas/{id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replaces how a tutor behaves. */
        put: operations["persona_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each kind of place is offered at set-up. */
        get: operations["list_presets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/purpose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the box keeps about children, why, and what parents may ask for. */
        get: operations["show_purpose"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollovers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roll-overs of the last 30 days, which can be undone. */
        get: operations["list_rollovers"];
        put?: never;
        /**
         * Takes classes into a term, all or none; with `dry_run` it only tells what would
         *     happen.
         */
        post: operations["roll_over"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollovers/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undoes a roll-over: the new classes go to the trash, the old ones go on. */
        post: operations["undo_rollover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the school works. */
        get: operations["show_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes how the school works. */
        patch: operations["change_settings"];
        trace?: never;
    };
    "/api/v1/settings/preset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Carries out lines of a preset; all or none, and what is there already stays. */
        put: operations["carry_out_preset"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes the first school and signs its administrator in. */
        post: operations["set_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The years and terms of the school. */
        get: operations["list_terms"];
        put?: never;
        /** Makes a term. */
        post: operations["add_term"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/terms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a term no class belongs to. */
        delete: operations["remove_term"];
        options?: never;
        head?: never;
        /** Changes a term. */
        patch: operations["change_term"];
        trace?: never;
    };
    "/api/v1/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was deleted in the last 30 days, for those who may bring it back. */
        get: operations["show_trash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The people of the school, for its staff; accounts that wait for approval are not among
         *     them.
         */
        get: operations["list_users"];
        put?: never;
        /** Adds somebody: administrators anybody, teachers learners. */
        post: operations["add_user"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Closes accounts, which ends their sessions, or opens them again: administrators
         *     anybody's, teachers learners'.
         */
        patch: operations["change_users"];
        trace?: never;
    };
    "/api/v1/users/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The people of the school as a file: for teachers learners, for administrators
         *     everybody.
         */
        get: operations["export_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lists this person sent, the newest first. */
        get: operations["list_imports"];
        put?: never;
        /**
         * Reads a list of people and says what it would do; nothing is done yet. A table of
         *     values in any encoding, or OneRoster's tables in an archive; 16 MiB at most.
         */
        post: operations["send_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A list and what it would do, or how far it is. */
        get: operations["show_import"];
        put?: never;
        post?: never;
        /** Forgets a list; what was done stays. */
        delete: operations["forget_import"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows of a list that was not started, a hundred at a time. */
        get: operations["import_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/imports/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts what a list would do, without its wrong rows. */
        post: operations["start_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings people back from the trash. */
        post: operations["restore_users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who of the school's staff types codes. */
        get: operations["list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves people to the trash for 30 days; their user names are free meanwhile. */
        post: operations["remove_users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Moves somebody to the trash for 30 days; the user name is free meanwhile. */
        delete: operations["remove_user"];
        options?: never;
        head?: never;
        /** Changes somebody: administrators anybody, teachers learners. */
        patch: operations["change_user"];
        trace?: never;
    };
    "/api/v1/users/{id}/badge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Makes a learner's badge worthless. */
        delete: operations["revoke_badge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erases somebody, in the trash or not, for good. There is no way back. */
        post: operations["erase_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/erasure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What erasing somebody, in the trash or not, would take along; nothing is done yet. */
        get: operations["preview_erasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same about somebody of the school, in the trash or not. Who saved it is in the log. */
        get: operations["export_person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a card for another member of staff; it counts for a day, or until it is used. */
        post: operations["give_card"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings somebody back from the trash. */
        post: operations["restore_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a learner new digits or pictures to sign in with; ends the learner's sessions. */
        post: operations["give_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Turns off the codes of another member of staff. */
        delete: operations["lift"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ws/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Asks and follows answers over a WebSocket; the events are in the schema. */
        get: operations["chat_socket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The box can teach, perhaps without some parts. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers a chat, whole or as a stream of events. */
        post: operations["chat_completion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Continues a text, whole or as a stream of events. */
        post: operations["completion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns texts into vectors of length 1. */
        post: operations["embeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The models and tutors of the box. */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What was done. Words are added, never changed: old entries keep theirs.
         * @enum {string}
         */
        Action: "person_added" | "person_renamed" | "role_changed" | "age_band_set" | "consent_recorded" | "consent_undone" | "consents_exported" | "consent_rule_changed" | "chats_erased" | "account_closed" | "account_opened" | "person_trashed" | "person_restored" | "person_erased" | "person_exported" | "list_started" | "people_exported" | "signed_in" | "password_set" | "own_password_changed" | "secret_given" | "badge_given" | "badge_revoked" | "account_locked" | "class_made" | "class_renamed" | "class_moved" | "class_ended" | "class_resumed" | "class_opened" | "class_closed" | "class_code_renewed" | "class_trashed" | "class_restored" | "class_erased" | "member_added" | "member_removed" | "term_made" | "term_changed" | "term_deleted" | "rolled_over" | "rollover_undone" | "lesson_added" | "lesson_changed" | "lesson_shared" | "lesson_corrected" | "lesson_deleted" | "tutor_made" | "tutor_changed" | "tutor_shared" | "tutor_deleted" | "answer_approved" | "answer_corrected" | "answer_deleted" | "answer_restored" | "school_set_up" | "school_changed" | "school_made" | "key_made" | "key_revoked" | "model_changed" | "time_moved" | "invitation_made" | "invitation_revoked" | "invitation_accepted" | "joining_opened" | "joining_closed" | "joining_renewed" | "join_approved" | "join_refused" | "recovery_given" | "own_recovery_made" | "recovered" | "codes_on" | "codes_off" | "codes_lifted" | "recovery_code_used" | "recovery_codes_renewed" | "log_exported" | "unreadable";
        /**
         * @description How old a learner is. Where nobody has said it, it counts as under 16.
         * @enum {string}
         */
        AgeBand: "under_16" | "16_or_over";
        /** @description The lessons a tutor may answer from, of those the pupil may read. */
        Allowed: {
            /** @enum {string} */
            mode: "all";
        } | {
            /** @description Their ids. */
            ids: components["schemas"]["LessonId"][];
            /** @enum {string} */
            mode: "only";
        };
        /** @description A place in the original. */
        Anchor: {
            /** @description What is counted. */
            kind: components["schemas"]["AnchorKind"];
            /** @description The heading or slide title, when there is one. */
            label?: string | null;
            /**
             * Format: int32
             * @description Counted from 1.
             */
            number: number;
            time?: components["schemas"]["Span"] | null;
        };
        /**
         * @description What an anchor counts.
         * @enum {string}
         */
        AnchorKind: "page" | "slide" | "section" | "moment" | "picture";
        /**
         * @description A teacher's own words for an answer.
         * @example {
         *       "text": "Leaves need light, water and air."
         *     }
         */
        AnswerCorrection: {
            /** @description 1 to 2000 characters. */
            text: string;
        };
        /**
         * Format: uuid
         * @description An answer kept for those who ask the same.
         */
        AnswerId: string;
        /**
         * @description How far an answer is; questions are always complete.
         * @enum {string}
         */
        AnswerStatus: "queued" | "writing" | "complete" | "quoted" | "refused" | "cancelled" | "failed" | "busy";
        /** @description A program's key, without its secret. */
        ApiKey: {
            /** @description Whether its answers come after everybody else's. */
            batch: boolean;
            created_at: components["schemas"]["Timestamp"];
            /** @description The first characters of the key. */
            hint: string;
            id: components["schemas"]["KeyId"];
            last_used_at?: components["schemas"]["Timestamp"] | null;
            /** @description What it is for. */
            name: string;
            /** Format: int32 */
            requests_per_minute: number;
            revoked_at?: components["schemas"]["Timestamp"] | null;
            scopes: components["schemas"]["KeyScope"][];
        };
        /** @description The keys of the school, newest first, revoked ones last. */
        ApiKeyList: {
            keys: components["schemas"]["ApiKey"][];
        };
        /** @description A question. */
        Ask: {
            /** @description Made by the browser; the same id again finds the same answer. */
            client_id: string;
            conversation_id?: components["schemas"]["ConversationId"] | null;
            lesson_id?: components["schemas"]["LessonId"] | null;
            /** @description The tutor. */
            persona_id: components["schemas"]["PersonaId"];
            /** @description The question, 1 to 1000 characters. */
            text: string;
        };
        /** @description Whether a log is as it was written. */
        AuditCheck: {
            /**
             * Format: int64
             * @description The first that was changed, or is missing.
             */
            broken_at?: number | null;
            /**
             * Format: int64
             * @description How many entries were looked at, today or within the last day.
             */
            entries: number;
            /**
             * Format: int64
             * @description How many there are; the box looks at the rest within a day.
             */
            total: number;
        };
        /** @description Something the staff did, or the box by itself. */
        AuditEntry: {
            action: components["schemas"]["Action"];
            actor?: components["schemas"]["AuditPerson"] | null;
            at: components["schemas"]["Timestamp"];
            facts: components["schemas"]["AuditFacts"];
            /** @description What it was done to. */
            kind: components["schemas"]["Kind"];
            /**
             * Format: int64
             * @description Its number, from 1.
             */
            seq: number;
            /** @description The id of that. */
            subject?: string | null;
            /** @description Its name now if it is a person; none for one who was erased. */
            subject_name?: string | null;
        };
        /** @description What is known about something that was done. */
        AuditFacts: {
            /**
             * @description What about it changed, as words.
             * @default []
             */
            fields: string[];
            /**
             * @description What it was before: a name of a thing, or a word such as `teacher`.
             * @default null
             */
            from: string | null;
            /**
             * @description What a thing was called then; never a person.
             * @default null
             */
            name: string | null;
            /**
             * @description How many there were, by word.
             * @default {}
             */
            numbers: {
                [key: string]: number;
            };
            /**
             * @description What else it is about, such as the id of the class somebody came into.
             * @default null
             */
            other: string | null;
            /**
             * @description What it was afterwards.
             * @default null
             */
            to: string | null;
        };
        /** @description Entries of the log. */
        AuditLog: {
            check?: components["schemas"]["AuditCheck"] | null;
            /** @description The newest first. */
            entries: components["schemas"]["AuditEntry"][];
            /**
             * Format: int64
             * @description What to ask for next; none at the end.
             */
            next?: number | null;
        };
        /** @description Somebody who did something. */
        AuditPerson: {
            id: string;
            /** @description None for one who was erased. */
            name?: string | null;
        };
        /** @description A learner's new badge. */
        BadgeCardBody: {
            /** @description What to type where the picture can not be scanned. */
            code: string;
            name: string;
            /** @description The picture to scan, as an SVG path over squares of one unit. */
            path: string;
            user: components["schemas"]["UserId"];
            /** @description Squares in a row of it. */
            width: number;
        };
        /** @description New badges of a class, shown this once. */
        BadgeCards: {
            /** @description By name. */
            cards: components["schemas"]["BadgeCardBody"][];
        };
        /**
         * @description What a badge says.
         * @example {
         *       "badge": "K7MP-2AXW"
         *     }
         */
        BadgeCode: {
            /**
             * Format: password
             * @description Its code, as scanned or typed.
             */
            badge: string;
            /** @description Whether the device is the learner's own, to stay signed in on it. */
            own_device?: boolean;
        };
        /**
         * @description What a block of text is.
         * @enum {string}
         */
        BlockKind: "heading" | "paragraph" | "list_item" | "table" | "notes" | "caption" | "code";
        /** @description What anybody may know about the box before signing in. */
        BoxInfo: {
            /**
             * Format: int32
             * @description The port of HTTPS, where it is served beside HTTP.
             */
            https_port?: number | null;
            /** @description Languages of the interface. */
            languages: components["schemas"]["Language"][];
            /**
             * @description The product's name.
             * @example Bwenge
             */
            name: string;
            /** @description The schools one can sign in to. */
            schools: components["schemas"]["School"][];
            /** @description Whether set-up asks for the code of the terminal. */
            setup_code_needed: boolean;
            /** @description Whether a school is there. */
            setup_done: boolean;
            /** @description The release. */
            version: string;
        };
        BoxStatus: {
            /** @description Addresses on the local network, best first. */
            addresses: string[];
            /** @description Words for what is missing, such as `llm_missing`. */
            degraded: string[];
            disk: components["schemas"]["Disk"];
            engine: components["schemas"]["EngineStatus"];
            health: components["schemas"]["ReadyWord"];
            jobs: components["schemas"]["JobCounts"];
            lessons: components["schemas"]["LessonCounts"];
            library: components["schemas"]["LibraryRoom"];
            /** @description Address by name, where devices can resolve it. */
            local_name?: string | null;
            memory: components["schemas"]["Memory"];
            models: components["schemas"]["ModelStatus"][];
            people: components["schemas"]["PeopleCounts"];
            /** @description QR code of the best address, as SVG. */
            qr_svg?: string | null;
            /** Format: int64 */
            uptime_s: number;
            version: string;
        };
        /** @description The time the box goes by. */
        BoxTime: {
            /** @description Whether that is so far ahead that an administrator must confirm it. */
            held_back: boolean;
            /**
             * @description Whether a time server or an administrator stands by `now`, to half a minute. Only
             *     then do codes of phones count.
             */
            known: boolean;
            now: components["schemas"]["Timestamp"];
            /** @description What the clock of its machine says. */
            wall: components["schemas"]["Timestamp"];
        };
        /**
         * @description What to change; an absent field stays, `null` clears.
         * @example {
         *       "classes": null,
         *       "shared": true,
         *       "subject": "Biology",
         *       "title": "The cell"
         *     }
         */
        ChangeBody: {
            /** @description The classes whose learners may read it; `null` for the whole school. */
            classes?: components["schemas"]["ClassId"][] | null;
            language?: components["schemas"]["Language"] | null;
            shared?: boolean | null;
            subject?: string | null;
            title?: string | null;
        };
        /**
         * @description How far a change of the model has come.
         * @enum {string}
         */
        ChangeStep: "finishing" | "loading" | "returning";
        /** @description How many that was news of. */
        ChangedAges: {
            changed: number;
        };
        /** @description People as they are now. */
        ChangedUsers: {
            users: components["schemas"]["User"][];
        };
        /** @description A chat to answer. */
        ChatRequest: components["schemas"]["CompletionOptions"] & {
            /**
             * Format: int32
             * @description Longest answer in tokens.
             */
            max_completion_tokens?: number | null;
            messages: components["schemas"]["ChatRequestMessage"][];
            /** @description The language model's id or `persona:<id>`. */
            model: string;
            response_format?: components["schemas"]["ResponseFormat"] | null;
        };
        ChatRequestContent: string | components["schemas"]["ContentPart"][];
        ChatRequestMessage: {
            content?: components["schemas"]["ChatRequestContent"] | null;
            /** @description `system`, `developer`, `user` or `assistant`. */
            role: string;
        };
        /**
         * @example {
         *       "chosen": []
         *     }
         */
        ChoiceBody: {
            /** @description The places of files and folders. */
            chosen: string[];
        };
        /**
         * @example {
         *       "id": "smollm2-135m-instruct-q4_1"
         *     }
         */
        ChooseModel: {
            /** @description Catalogue id of a model that fits. */
            id: string;
        };
        /** @description A class. */
        Class: {
            /** @description Whether it is over. */
            archived: boolean;
            /** @description What pupils type to find it, for those who may open it. */
            code?: string | null;
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["ClassId"];
            /**
             * Format: int32
             * @description Learners in it who may sign in.
             */
            learners: number;
            /** @description Whether one is a member oneself. */
            mine: boolean;
            name: string;
            /** @description Whether whoever has the code sees the names now. */
            open: boolean;
            /** @description Until when. */
            open_until: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description Staff in it who may sign in.
             */
            teachers: number;
            term_id?: components["schemas"]["TermId"] | null;
        };
        /**
         * @description A class's code.
         * @example {
         *       "code": "K7MP2AXW"
         *     }
         */
        ClassCode: {
            /**
             * @description As it was typed.
             * @example K7MP2AXW
             */
            code: string;
        };
        /** @description A class as those see it who have its code. */
        ClassDoor: {
            class: string;
            /** @description By name. */
            names: components["schemas"]["ClassName"][];
            school: string;
        };
        /**
         * Format: uuid
         * @description A class of a school.
         */
        ClassId: string;
        ClassList: {
            /** @description By name; those that are over come last. */
            classes: components["schemas"]["Class"][];
        };
        /** @description Somebody in a class. */
        ClassMember: {
            /** @description Whether the person may sign in. */
            active: boolean;
            id: components["schemas"]["UserId"];
            name: string;
            role: components["schemas"]["Role"];
            /** @description The name the person signs in with. */
            username: string;
        };
        /** @description Somebody one can sign in as. */
        ClassName: {
            id: components["schemas"]["UserId"];
            name: string;
            /** @description What the learner signs in with. */
            way: components["schemas"]["Way"];
        };
        /**
         * @description Changes to a class; what is absent stays.
         * @example {
         *       "name": "P5 B"
         *     }
         */
        ClassPatch: {
            /** @description Whether it is over. */
            archived?: boolean | null;
            name?: string | null;
            term_id?: components["schemas"]["TermId"] | null;
        };
        /** @description What is to become of a class. */
        ClassWish: {
            how?: components["schemas"]["How"] | null;
            id: components["schemas"]["ClassId"];
            /**
             * @description The name of the new class. Absent, the first number is raised for `promote`.
             * @example P6 A
             */
            name?: string | null;
            /** @description Learners who do not go on; their accounts stay. */
            without?: components["schemas"]["UserId"][];
        };
        /** @description A class with its people. */
        ClassWithMembers: {
            class: components["schemas"]["Class"];
            /** @description By name. */
            members: components["schemas"]["ClassMember"][];
        };
        /** @description What a browser may say. */
        ClientEvent: (components["schemas"]["Ask"] & {
            /** @enum {string} */
            type: "ask";
        }) | {
            /** @description The answer. */
            message_id: components["schemas"]["MessageId"];
            /**
             * Format: int32
             * @description UTF-16 length of the text already held.
             */
            offset?: number;
            /** @enum {string} */
            type: "resume";
        } | {
            /** @description The answer. */
            message_id: components["schemas"]["MessageId"];
            /** @enum {string} */
            type: "cancel";
        };
        /**
         * @description What a client may tell apart. The web app translates each word.
         * @enum {string}
         */
        Code: "bad_request" | "invalid_field" | "password_weak" | "not_signed_in" | "session_ended" | "wrong_credentials" | "too_many_tries" | "account_locked" | "account_waiting" | "code_wrong" | "codes_off" | "sign_in_over" | "code_closed" | "class_closed" | "tutor_closed" | "consent_missing" | "forbidden" | "not_found" | "conflict" | "name_taken" | "setup_done" | "setup_code_wrong" | "file_too_big" | "file_empty" | "file_type_unknown" | "file_type_mismatch" | "checksum_mismatch" | "upload_busy" | "disk_full" | "quota_full" | "columns_unknown" | "file_unreadable" | "stick_gone" | "queue_full" | "unavailable" | "timeout" | "host_unknown" | "origin_unknown" | "rate_limited" | "internal";
        /**
         * @description A code to sign in with.
         * @example {
         *       "challenge": "K7MP2AXWK7MP2AXWK7MP2AXWK7",
         *       "code": "287082"
         *     }
         */
        CodeBody: {
            /** Format: password */
            challenge: string;
            /**
             * Format: password
             * @description Six digits of the phone, or a recovery code.
             */
            code: string;
            /** @description Where the tokens go. */
            tokens?: components["schemas"]["TokenPlace"];
            /** @description Whether to ask for no code in this browser for 30 days. */
            trust?: boolean;
        };
        /**
         * @description Whether codes of a phone count just now.
         * @enum {string}
         */
        CodesNow: "count" | "time_unknown" | "locked";
        /** @description An answer, or one event of a stream. */
        Completion: {
            bwenge?: components["schemas"]["Grounds"] | null;
            choices: components["schemas"]["CompletionChoice"][];
            /**
             * Format: int64
             * @description Seconds since 1970.
             */
            created: number;
            id: string;
            model: string;
            object: string;
            usage?: components["schemas"]["CompletionUsage"] | null;
        };
        CompletionChoice: {
            delta?: components["schemas"]["CompletionDelta"] | null;
            /** @description `stop` or `length`. */
            finish_reason?: string | null;
            /** Format: int32 */
            index: number;
            logprobs?: Record<string, never> | null;
            message?: components["schemas"]["CompletionMessage"] | null;
            /** @description The continuation, or more of it. */
            text?: string | null;
        };
        CompletionDelta: {
            content?: string | null;
            role?: string | null;
        };
        CompletionMessage: {
            bwenge?: components["schemas"]["Grounds"] | null;
            content: string;
            role: string;
        };
        /** @description What chats and completions share. */
        CompletionOptions: {
            /**
             * Format: int32
             * @description Longest answer in tokens.
             */
            max_tokens?: number | null;
            /**
             * Format: int32
             * @description 1 is the only number.
             */
            n?: number | null;
            /**
             * Format: int64
             * @description Same seed, same answer.
             */
            seed?: number | null;
            /**
             * Format: int32
             * @description 0 to guess no words ahead, as for llama-server; not OpenAI's.
             */
            "speculative.n_max"?: number | null;
            stop?: components["schemas"]["OneOrMany"] | null;
            /** @description Answer as server-sent events. */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
            /**
             * Format: float
             * @description 0 to 2.
             */
            temperature?: number | null;
            /**
             * Format: float
             * @description 0 to 1.
             */
            top_p?: number | null;
        };
        /** @description A text to continue. */
        CompletionRequest: components["schemas"]["CompletionOptions"] & {
            /** @description The language model's id. */
            model: string;
            prompt: components["schemas"]["OneOrMany"];
        };
        CompletionUsage: {
            /** Format: int32 */
            completion_tokens: number;
            /** Format: int32 */
            prompt_tokens: number;
            prompt_tokens_details: components["schemas"]["PromptDetails"];
            /** Format: int32 */
            total_tokens: number;
        };
        /** @description What somebody wrote down about a learner. */
        ConsentEntry: {
            at: components["schemas"]["Timestamp"];
            giver?: components["schemas"]["ConsentGiver"] | null;
            note?: string | null;
            /** @description Who wrote it down. */
            recorded_by: components["schemas"]["UserId"];
            /** @description None for one who was erased. */
            recorded_by_name?: string | null;
            /**
             * Format: int64
             * @description Its number in the school.
             */
            seq: number;
            /** @description What stands from then on. */
            state: components["schemas"]["ConsentState"];
            /**
             * Format: int64
             * @description The entry it takes back.
             */
            undoes?: number | null;
            /**
             * Format: int32
             * @description Which purpose text it is about.
             */
            version?: number | null;
            way?: components["schemas"]["ConsentWay"] | null;
        };
        /** @description The words around the line to sign. */
        ConsentForm: {
            /** @description Where the page goes. */
            back: string;
            /** @description Before the class. */
            class: string;
            /** @description Before the day. */
            date: string;
            /** @description The father. */
            father: string;
            /** @description Whoever else has their place. */
            guardian: string;
            /** @description What this part of the page is called. */
            heading: string;
            /** @description The mother. */
            mother: string;
            /** @description Before the child's name. */
            name: string;
            /** @description What a no says. */
            no: string;
            /** @description Before the line to sign. */
            signature: string;
            /** @description Before the three that follow. */
            who: string;
            /** @description What a yes says. */
            yes: string;
        };
        /**
         * @description Who said it, in relation to the learner.
         * @enum {string}
         */
        ConsentGiver: "mother" | "father" | "guardian" | "learner";
        /** @description A learner of the register. */
        ConsentLearner: {
            age?: components["schemas"]["AgeBand"] | null;
            /** @description Names of the classes the learner is in. */
            classes: string[];
            /** @description Whether the learner may ask no tutors for it. */
            closed: boolean;
            id: components["schemas"]["UserId"];
            /** @description Whether a consent is needed and not there. */
            lacking: boolean;
            last?: components["schemas"]["ConsentEntry"] | null;
            name: string;
            /** @description Whether the consent is about a text that is not the newest. */
            older_text: boolean;
            state: components["schemas"]["ConsentState"];
        };
        /**
         * @description What follows where nothing was said about a learner under 16.
         * @enum {string}
         */
        ConsentMissingRule: "closed" | "remind";
        /** @description A part of the register of consents. */
        ConsentRegister: {
            /** @description How many of them each filter finds. */
            counts: {
                [key: string]: number;
            };
            /** @description By name, up to a hundred. */
            learners: components["schemas"]["ConsentLearner"][];
            /** @description What to ask for next; none at the end. */
            next?: number | null;
            /** @description What follows in this school where nothing was said. */
            rule: components["schemas"]["ConsentMissingRule"];
            /** @description Learners in all. */
            total: number;
            /**
             * Format: int32
             * @description The newest purpose text.
             */
            version: number;
        };
        /**
         * @description What follows where nothing was said.
         * @example {
         *       "missing": "remind"
         *     }
         */
        ConsentRule: {
            /** @description `closed` is what a school begins with. */
            missing: components["schemas"]["ConsentMissingRule"];
        };
        /**
         * @description Where the consent to a learner's data stands.
         * @enum {string}
         */
        ConsentState: "none" | "asked" | "given" | "refused" | "withdrawn";
        /**
         * @description How it was said.
         * @enum {string}
         */
        ConsentWay: "paper" | "in_person" | "phone";
        ContentPart: {
            text?: string | null;
            /** @description `text` is the only kind. */
            type: string;
        };
        /** @description A chat. */
        Conversation: {
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["ConversationId"];
            /** @description Whether the tutor takes more questions of this person. */
            open: boolean;
            persona_id: components["schemas"]["PersonaId"];
            /** @description The tutor's name; empty when it was deleted. */
            persona_name: string;
            /** @description The first question, shortened. */
            title: string;
            updated_at: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description A chat of one person with one tutor.
         */
        ConversationId: string;
        ConversationList: {
            conversations: components["schemas"]["Conversation"][];
        };
        ConversationWithMessages: {
            conversation: components["schemas"]["Conversation"];
            /** @description Whether there are earlier ones. */
            has_earlier: boolean;
            /** @description In the order they were said. */
            messages: components["schemas"]["Message"][];
        };
        /**
         * @example {
         *       "chosen": [],
         *       "subject": "Biology"
         *     }
         */
        CopyBody: {
            /** @description The places of files and folders. */
            chosen: string[];
            language?: components["schemas"]["Language"] | null;
            /** @description Whether learners may read them; true unless said. */
            shared?: boolean | null;
            /** @description School subject of all of them. */
            subject?: string | null;
        };
        /**
         * Format: uuid
         * @description A copy of files from a stick.
         */
        CopyId: string;
        CopyList: {
            copies: components["schemas"]["StickCopy"][];
        };
        /**
         * @description One change. With neither text nor `excluded`, a block or page is as it was
         *     read again.
         */
        Correction: {
            /** @description Whether it is left out. */
            excluded?: boolean;
            /**
             * @description The key of a block, of a page, slide or section to leave out, or of a
             *     picture to describe.
             */
            key: string;
            /** @description What the block says instead, or what the picture shows. */
            text?: string | null;
        };
        /**
         * @description Changes of a lesson's text.
         * @example {
         *       "edits": [
         *         {
         *           "key": "p1",
         *           "text": "Leaves need light."
         *         }
         *       ]
         *     }
         */
        Corrections: {
            /** @description At most 500. */
            edits: components["schemas"]["Correction"][];
        };
        /**
         * @description A user name and a password.
         * @example {
         *       "password": "inzu ikawa umusozi",
         *       "tokens": "body",
         *       "username": "head"
         *     }
         */
        Credentials: {
            org_id?: components["schemas"]["OrgId"] | null;
            /**
             * Format: password
             * @description The password.
             */
            password: string;
            /** @description Where the tokens go. */
            tokens?: components["schemas"]["TokenPlace"];
            /** @description The user name, in any case. */
            username: string;
        };
        CurrentFile: {
            /** Format: int64 */
            bytes: number;
            name: string;
            /** Format: int64 */
            read_bytes: number;
        };
        /** @description A job that was given up. */
        DeadJob: {
            /**
             * Format: int32
             * @description Counted failures.
             */
            attempts: number;
            /** @description Why, as a stable word. */
            code: string;
            /** @description Why, for the school's technician. */
            detail: string;
            died_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["JobId"];
            /** @description The word of its kind, such as `read_lesson`. */
            kind: string;
            lesson_id?: components["schemas"]["LessonId"] | null;
            /** @description That lesson's title. */
            lesson_title?: string | null;
        };
        /**
         * @description Accounts to decide about.
         * @example {
         *       "users": [
         *         "01900000-0000-7000-8000-000000000000"
         *       ]
         *     }
         */
        Decision: {
            /** @description 500 at most; those who do not wait any more are left as they are. */
            users: components["schemas"]["UserId"][];
        };
        Disk: {
            /** Format: int64 */
            free_bytes: number;
            /** Format: int64 */
            total_bytes: number;
        };
        /** @description The vector of one text. */
        EmbeddingBody: {
            embedding: components["schemas"]["EmbeddingVector"];
            index: number;
            object: string;
        };
        /** @description Vectors, in the order of the texts. */
        EmbeddingList: {
            data: components["schemas"]["EmbeddingBody"][];
            model: string;
            object: string;
            usage: components["schemas"]["EmbeddingUsage"];
        };
        /**
         * @description Texts to embed.
         * @example {
         *       "input": "Leaves need light.",
         *       "model": "all-minilm-l6-v2"
         *     }
         */
        EmbeddingRequest: {
            /**
             * Format: int32
             * @description The model's own number is the only one.
             */
            dimensions?: number | null;
            /** @description `float` or `base64`. */
            encoding_format?: string | null;
            input: components["schemas"]["OneOrMany"];
            /** @description `query` or `passage`, for models that tell them apart; not OpenAI's. */
            input_type?: string | null;
            /** @description The embedding model's id. */
            model: string;
        };
        EmbeddingUsage: {
            /** Format: int32 */
            prompt_tokens: number;
            /** Format: int32 */
            total_tokens: number;
        };
        /** @description A vector of length 1. */
        EmbeddingVector: number[] | string;
        /** @description Answers of tutors since the box started. */
        EngineAnswers: {
            /**
             * Format: int64
             * @description Given without it: asked by somebody else at the same time or before, or
             *     approved by a teacher.
             */
            given_again: number;
            /**
             * Format: int64
             * @description Written by the model.
             */
            written: number;
        };
        /**
         * @description What a worker does.
         * @enum {string}
         */
        EngineKind: "llm" | "embed" | "asr";
        /** @description How busy the language model is; totals count from the start of its worker. */
        EngineLoad: {
            /**
             * Format: int64
             * @description Of these, tokens that were right.
             */
            accepted_tokens: number;
            /**
             * Format: int32
             * @description Answers being written.
             */
            active: number;
            /**
             * Format: int64
             * @description Tokens guessed ahead.
             */
            drafted_tokens: number;
            /**
             * Format: int32
             * @description Prompts kept for later questions.
             */
            kept: number;
            /**
             * Format: int32
             * @description Tokens the pool has room for.
             */
            pool_tokens: number;
            /**
             * Format: int32
             * @description Tokens in the key-value pool.
             */
            pool_used: number;
            /**
             * Format: int64
             * @description Tokens of prompts computed.
             */
            read_tokens: number;
            /**
             * Format: int64
             * @description Tokens of prompts found in memory.
             */
            reused_tokens: number;
            /**
             * Format: int32
             * @description Answers it writes side by side at most.
             */
            rows: number;
            /**
             * Format: float
             * @description Milliseconds of the last step.
             */
            step_ms: number;
            /**
             * Format: double
             * @description Tokens of answers written a second, over the last ten.
             */
            tokens_per_second: number;
            /**
             * Format: int32
             * @description Questions that wait.
             */
            waiting: number;
            /**
             * Format: int64
             * @description Tokens of answers written.
             */
            written_tokens: number;
        };
        /** @description The language model at work. */
        EngineStatus: {
            /** @description Where the answers of tutors came from. */
            answers: components["schemas"]["EngineAnswers"];
            change?: components["schemas"]["ModelChange"] | null;
            changed?: components["schemas"]["ModelChanged"] | null;
            load?: components["schemas"]["EngineLoad"] | null;
            /** @description Catalogue id of the model, if the box has one. */
            model?: string | null;
            plan?: components["schemas"]["ModelPlan"] | null;
            refused?: components["schemas"]["RefusedModel"] | null;
            /**
             * Format: int64
             * @description Times its worker was started again after its end.
             */
            restarts: number;
            /**
             * Format: int64
             * @description Resident memory of its worker, in bytes.
             */
            rss_bytes?: number | null;
        };
        /**
         * @description A learner of a class who signs in.
         * @example {
         *       "code": "K7MP2AXW",
         *       "secret": "4821",
         *       "user": "01900000-0000-7000-8000-000000000000"
         *     }
         */
        Entering: {
            /** @description The class's code. */
            code: string;
            /** @description Whether the device is the learner's own, to stay signed in on it. */
            own_device?: boolean;
            /**
             * Format: password
             * @description Digits as `4821`, pictures as `rabbit-sun-fish-key`, or a password.
             */
            secret: string;
            /** @description Who it is, of the names of the class. */
            user: components["schemas"]["UserId"];
        };
        /**
         * @description Who is to be erased, and what goes along.
         * @example {
         *       "name": "Uwase Keza"
         *     }
         */
        EraseUser: {
            heir?: components["schemas"]["UserId"] | null;
            /** @description Lessons of the person that are deleted too. */
            lessons?: components["schemas"]["LessonId"][];
            /** @description The person's name once more, so that nobody is erased by a slip. */
            name: string;
        };
        /** @description A tombstone as administrators see it. */
        Erasure: {
            cleaned_at?: components["schemas"]["Timestamp"] | null;
            erased_at: components["schemas"]["Timestamp"];
            kind: components["schemas"]["ErasureKind"];
            /** @description The id the person had. */
            user_id: components["schemas"]["UserId"];
        };
        /** @description How much there is of a person. */
        ErasureCounts: {
            /**
             * Format: int32
             * @description Classes the person is in.
             */
            classes: number;
            /**
             * Format: int32
             * @description Chats with tutors, which go.
             */
            conversations: number;
            /**
             * Format: int32
             * @description Corrections of lessons, which stay.
             */
            corrections: number;
            /**
             * Format: int32
             * @description Decisions about answers, which stay.
             */
            decisions: number;
            /**
             * Format: int32
             * @description Answers kept for the class in the person's own words, which go.
             */
            kept_answers: number;
            /**
             * Format: int32
             * @description Keys for programs, which stay.
             */
            keys: number;
            /**
             * Format: int32
             * @description Questions asked in them.
             */
            questions: number;
            /**
             * Format: int32
             * @description Devices the person is signed in on.
             */
            sessions: number;
            /**
             * Format: int32
             * @description Files that are still on their way in, which go.
             */
            uploads: number;
        };
        /**
         * @description Why somebody was erased.
         * @enum {string}
         */
        ErasureKind: "asked" | "trash";
        /** @description A lesson that a person brought in. */
        ErasureLesson: {
            /**
             * Format: int64
             * @description Size of its file.
             */
            bytes: number;
            id: components["schemas"]["LessonId"];
            title: string;
        };
        ErasureList: {
            /** @description The last one first, 500 at most. */
            erasures: components["schemas"]["Erasure"][];
        };
        /** @description What would go with somebody. */
        ErasurePreview: {
            /**
             * Format: int32
             * @description Days until the last copy of the database with the person in it is gone.
             */
            copies_go_after_days: number;
            counts: components["schemas"]["ErasureCounts"];
            id: components["schemas"]["UserId"];
            /** @description Lessons the person brought in; those that are not chosen stay with the school. */
            lessons: components["schemas"]["ErasureLesson"][];
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description Why a lesson could not be read. */
        Failure: {
            /** @description A stable word, translated by the web app. */
            code: string;
            /** @description A sentence for people who read API answers. */
            detail: string;
        };
        /**
         * @description What a pupil thinks of an answer.
         * @enum {string}
         */
        Feedback: "up" | "down";
        /**
         * @example {
         *       "value": "up"
         *     }
         */
        FeedbackBody: {
            value?: components["schemas"]["Feedback"] | null;
        };
        /**
         * @description The first code.
         * @example {
         *       "code": "287082"
         *     }
         */
        FirstCode: {
            /**
             * Format: password
             * @description Six digits of the phone.
             */
            code: string;
        };
        /**
         * @example {
         *       "place": ""
         *     }
         */
        FolderBody: {
            /** @description The place of a folder as it was told; the uppermost one unless given. */
            place?: string;
        };
        /**
         * @description The kinds of lesson files the box reads.
         * @enum {string}
         */
        Format: "pdf" | "docx" | "pptx" | "xlsx" | "odt" | "odp" | "epub" | "html" | "csv" | "md" | "txt" | "wav" | "mp3" | "aac" | "m4a" | "ogg" | "flac" | "mp4" | "mov" | "webm" | "mkv" | "jpg" | "png" | "webp" | "gif";
        /** @description A short secret, shown this once. */
        GivenSecret: {
            /** @description Its parts in order: digits, or what the pictures show. */
            parts: string[];
            /** @description What it is made of. */
            way: components["schemas"]["Way"];
        };
        /** @description What a tutor adds to its answer; not OpenAI's. */
        Grounds: {
            /** @description Whether it was made for this question. */
            origin: components["schemas"]["Origin"];
            /** @description What it answers from, best first. */
            passages: components["schemas"]["Passage"][];
            /** @description The sentences of the text and the passages that support each. */
            sentences: components["schemas"]["Sentence"][];
            /** @description `complete`, `quoted` or `refused`. */
            status: components["schemas"]["AnswerStatus"];
        };
        /** @description Whether the process answers. */
        Health: {
            /**
             * @description Always `ok`.
             * @example ok
             */
            status: string;
        };
        /**
         * @description What becomes of a class.
         * @enum {string}
         */
        How: "copy" | "promote" | "end";
        /**
         * @description What a column of a list holds.
         * @enum {string}
         */
        ImportColumn: "number" | "name" | "given_name" | "family_name" | "username" | "role" | "classes" | "language" | "active" | "age";
        /** @description How many rows are what. */
        ImportCounts: {
            /**
             * Format: int32
             * @description They change somebody.
             */
            changed: number;
            /**
             * Format: int32
             * @description Classes to make.
             */
            classes: number;
            /**
             * Format: int32
             * @description Learners whose accounts are closed, because they are not in the list.
             */
            closed: number;
            /**
             * Format: int32
             * @description They add somebody.
             */
            new: number;
            /**
             * Format: int32
             * @description All of them is so already.
             */
            same: number;
            /**
             * Format: int32
             * @description They can not be taken.
             */
            wrong: number;
        };
        /**
         * Format: uuid
         * @description A list of people that somebody sent.
         */
        ImportId: string;
        /**
         * @description Somebody who was left when a list was carried out, because something changed after
         *     the list was shown.
         */
        ImportLeft: {
            /**
             * Format: int32
             * @description Where it stands in the file; none for a learner who is not in it.
             */
            line?: number | null;
            /** @description None for somebody who is not there. */
            name?: string | null;
            reason: components["schemas"]["ImportLeftReason"];
        };
        /**
         * @description Why a row was left when a list was carried out.
         * @enum {string}
         */
        ImportLeftReason: "person_changed" | "person_gone" | "person_not_yours" | "waiting" | "username_taken" | "number_taken" | "class_gone" | "class_not_yours";
        ImportList: {
            imports: components["schemas"]["PeopleImport"][];
        };
        /**
         * @description What becomes of a row.
         * @enum {string}
         */
        ImportOutcome: "wrong" | "new" | "changed" | "same";
        /**
         * @description Why a row can not be taken.
         * @enum {string}
         */
        ImportReason: "name_missing" | "name_wrong" | "number_wrong" | "twice" | "username_wrong" | "username_taken" | "role_unknown" | "role_differs" | "language_unknown" | "active_unknown" | "age_unknown" | "class_wrong" | "class_not_yours" | "person_not_yours" | "waiting" | "too_many_classes" | "ambiguous";
        /** @description A row and what becomes of it. */
        ImportRow: {
            /** @description Whether the account is open afterwards, where it changes that. */
            active?: boolean | null;
            /** @description What it changes about somebody who is known. */
            changes: components["schemas"]["ImportColumn"][];
            /** @description Names of classes the person comes into. */
            joins: string[];
            /** @description Names of classes the person leaves. */
            leaves: string[];
            /**
             * Format: int32
             * @description Where it stands in the file, counted from 1.
             */
            line: number;
            name: string;
            outcome: components["schemas"]["ImportOutcome"];
            /** @description What the person is in the school, or becomes. */
            role: components["schemas"]["Role"];
            /** @description Why it can not be taken. */
            troubles: components["schemas"]["ImportTrouble"][];
            /** @description The name the person signs in with; empty for a wrong row. */
            username: string;
        };
        ImportRows: {
            /**
             * Format: int32
             * @description What to ask for next; none at the end.
             */
            next?: number | null;
            /** @description In the order of the file. */
            rows: components["schemas"]["ImportRow"][];
        };
        /**
         * @description Where a list stands.
         * @enum {string}
         */
        ImportState: "checked" | "running" | "done" | "failed";
        ImportTrouble: {
            column: components["schemas"]["ImportColumn"];
            reason: components["schemas"]["ImportReason"];
            /** @description What stands there; of somebody who came before, the line. */
            text: string;
        };
        /** @description An invitation that can be accepted. */
        Invitation: {
            /** @description The name of the class whoever accepts it is put into. */
            class?: string | null;
            created_at: components["schemas"]["Timestamp"];
            expires_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["InvitationId"];
            /** @description The name of whoever made it. */
            made_by: string;
            /** @description Who is meant. */
            name?: string | null;
            role: components["schemas"]["Role"];
            /**
             * Format: int32
             * @description How many accepted it.
             */
            used: number;
            /** Format: int32 */
            uses: number;
        };
        /**
         * @description The code of an invitation or of a school.
         * @example {
         *       "code": "K7MP2AXW"
         *     }
         */
        InvitationCode: {
            /**
             * Format: password
             * @description As it was scanned or typed.
             */
            code: string;
        };
        /**
         * Format: uuid
         * @description An invitation to make an account.
         */
        InvitationId: string;
        InvitationList: {
            /** @description The last made first. */
            invitations: components["schemas"]["Invitation"][];
        };
        JobCounts: {
            /** Format: int64 */
            dead: number;
            /** Format: int64 */
            queued: number;
            /** Format: int64 */
            running: number;
        };
        /**
         * Format: uuid
         * @description A row of the job queue.
         */
        JobId: string;
        JobList: {
            jobs: components["schemas"]["DeadJob"][];
        };
        /** @description Whether learners may ask for an account by themselves. */
        Joining: {
            /** @description What they type; none while they may not. */
            code?: string | null;
            open: boolean;
        };
        /**
         * @description What changes about it; what is absent stays.
         * @example {
         *       "open": true
         *     }
         */
        JoiningPatch: {
            open?: boolean | null;
            /** @description Whether there is another code from now on. */
            renew?: boolean;
        };
        /** @description An answer kept for those who ask the same. */
        KeptAnswer: {
            /** @description Whether the words are a teacher's. */
            corrected: boolean;
            created_at: components["schemas"]["Timestamp"];
            decided_at?: components["schemas"]["Timestamp"] | null;
            decided_by?: components["schemas"]["UserId"] | null;
            id: components["schemas"]["AnswerId"];
            language: components["schemas"]["Language"];
            /**
             * @description Whether a lesson it rests on changed since it was approved; it is not
             *     given until it is approved again.
             */
            look_again: boolean;
            /** @description What it was made from. */
            passages: components["schemas"]["Passage"][];
            persona_id: components["schemas"]["PersonaId"];
            /** @description As it was asked first. */
            question: string;
            standing: components["schemas"]["Standing"];
            text: string;
            /**
             * Format: int32
             * @description How often it was given again.
             */
            uses: number;
        };
        KeptAnswerList: {
            answers: components["schemas"]["KeptAnswer"][];
            /** @description How many approved answers need another look. */
            look_again: number;
            /** @description How many there are in all. */
            total: number;
        };
        /**
         * Format: uuid
         * @description A program's key to a school's models.
         */
        KeyId: string;
        /**
         * @description What a key is good for.
         * @enum {string}
         */
        KeyScope: "chat" | "embeddings";
        /**
         * @description What things are done to.
         * @enum {string}
         */
        Kind: "person" | "list" | "class" | "term" | "rollover" | "lesson" | "tutor" | "answer" | "school" | "key" | "invitation" | "box";
        /**
         * @description The languages of the interface and of lessons (BCP 47 primary tags).
         * @enum {string}
         */
        Language: "rw" | "en" | "fr" | "sw";
        /** @description A learner and all that was written down. */
        LearnerConsent: {
            /** @description The newest first. */
            entries: components["schemas"]["ConsentEntry"][];
            learner: components["schemas"]["ConsentLearner"];
            /**
             * Format: int32
             * @description The newest purpose text.
             */
            version: number;
        };
        /** @description A learner without a class. */
        Leaver: {
            id: components["schemas"]["UserId"];
            name: string;
        };
        /** @description A lesson. */
        Lesson: {
            /**
             * Format: int64
             * @description Size of the original.
             */
            bytes: number;
            /** @description The classes whose learners may, when not all of the school; for staff. */
            classes?: components["schemas"]["ClassId"][] | null;
            created_at: components["schemas"]["Timestamp"];
            created_by: components["schemas"]["UserId"];
            /**
             * Format: int32
             * @description Length of a recording in milliseconds, once it was listened to.
             */
            duration_ms?: number | null;
            failure?: components["schemas"]["Failure"] | null;
            file_name: string;
            format: components["schemas"]["Format"];
            id: components["schemas"]["LessonId"];
            language?: components["schemas"]["Language"] | null;
            page_kind: components["schemas"]["AnchorKind"];
            /**
             * Format: int32
             * @description Pages, slides or sections; known once it was read.
             */
            pages?: number | null;
            /** Format: int32 */
            passages: number;
            /** @description Whether there is a small picture of it. */
            poster: boolean;
            progress?: components["schemas"]["Progress"] | null;
            /** @description Whether learners may read it. */
            shared: boolean;
            status: components["schemas"]["LessonStatus"];
            subject?: string | null;
            title: string;
            updated_at: components["schemas"]["Timestamp"];
            warnings: components["schemas"]["Warning"][];
        };
        LessonCounts: {
            /** Format: int32 */
            failed: number;
            /** Format: int32 */
            ready: number;
            /** Format: int32 */
            working: number;
        };
        /**
         * Format: uuid
         * @description An uploaded lesson.
         */
        LessonId: string;
        LessonList: {
            lessons: components["schemas"]["Lesson"][];
        };
        /**
         * @description How far a lesson is.
         * @enum {string}
         */
        LessonStatus: "queued" | "working" | "searchable" | "ready" | "needs_description" | "failed";
        LessonText: {
            /** @description Numbers of those with changes. Only with `edits`. */
            changed: number[];
            lesson: components["schemas"]["Lesson"];
            sections: components["schemas"]["Section"][];
            /**
             * @description Keys of changes that do nothing, because the file was read anew and
             *     their blocks are gone. Only with `edits`.
             */
            stale: string[];
            /**
             * Format: int32
             * @description Pages, slides or sections in all.
             */
            total: number;
        };
        /** @description What the school keeps, and what it may. */
        LibraryRoom: {
            /**
             * Format: int64
             * @description Bytes of their files.
             */
            bytes: number;
            /** Format: int64 */
            bytes_limit?: number | null;
            /**
             * Format: int64
             * @description Bytes that may still come: to the limit, or until the disk is nearly full.
             */
            free_bytes: number;
            /**
             * Format: int32
             * @description Lessons, files on their way included.
             */
            lessons: number;
            /**
             * Format: int32
             * @description None when only the disk sets a limit.
             */
            lessons_limit?: number | null;
        };
        /**
         * @description What limits the memory for models.
         * @enum {string}
         */
        LimitFrom: "memory" | "available" | "group";
        /**
         * @description One thing a preset does.
         * @enum {string}
         */
        Line: "way" | "quiet" | "joining" | "guests" | "terms" | "classes";
        /** @description Who signed in, or with `"tokens":"body"` the tokens. */
        LoginAnswer: components["schemas"]["Me"] | components["schemas"]["TokenSet"];
        /** @description How loud a recording is along it. */
        Loudness: {
            /**
             * @description The loudest of each of up to 400 equal parts: 0 for silence, 255 for the
             *     loudest there is.
             */
            bars: number[];
            /**
             * Format: int32
             * @description Length of the recording in milliseconds.
             */
            duration_ms: number;
        };
        /** @description A key just made. */
        MadeApiKey: components["schemas"]["ApiKey"] & {
            /** @description The key itself. It is shown only now. */
            secret: string;
        };
        /** @description A new invitation with its code, shown this once. */
        MadeInvitation: {
            /** @description What to type where the picture can not be scanned. */
            code: string;
            invitation: components["schemas"]["Invitation"];
            /** @description The address to open. */
            link: string;
            /** @description The picture to scan, as an SVG path over squares of one unit. */
            path: string;
            /** @description Squares in a row of it. */
            width: number;
        };
        /** @description Who is signed in. */
        Me: {
            /** @description The person's school. */
            org: components["schemas"]["Org"];
            /**
             * Format: int32
             * @description The minutes without a request after which such a session is over.
             */
            quiet_minutes?: number | null;
            /** @description Whether the session is one of a device that others use too. */
            shared: boolean;
            /** @description The person. */
            user: components["schemas"]["MeUser"];
        };
        /**
         * @description Changes to oneself; what is absent stays.
         * @example {
         *       "language": "fr"
         *     }
         */
        MePatch: {
            language?: components["schemas"]["Language"] | null;
            /** @description A new name. */
            name?: string | null;
            password?: components["schemas"]["PasswordPatch"] | null;
        };
        /** @description The person who is signed in. */
        MeUser: {
            /** @description The person's id. */
            id: components["schemas"]["UserId"];
            /** @description The language of the interface. */
            language: components["schemas"]["Language"];
            /** @description The person's name. */
            name: string;
            /** @description Also runs the box. */
            platform_admin: boolean;
            /** @description What the person may do in the school. */
            role: components["schemas"]["Role"];
            /** @description The name the person signs in with. */
            username: string;
            /** @description What the person signs in with. */
            way: components["schemas"]["Way"];
        };
        /**
         * @description Who comes into a class and who leaves it; 500 people at most.
         * @example {
         *       "add": [
         *         "01900000-0000-7000-8000-000000000000"
         *       ],
         *       "remove": []
         *     }
         */
        MembersPatch: {
            add?: components["schemas"]["UserId"][];
            remove?: components["schemas"]["UserId"][];
        };
        Memory: {
            /** Format: int64 */
            available_bytes: number;
            /**
             * Format: int64
             * @description Resident memory of the server itself.
             */
            server_bytes: number;
            /** Format: int64 */
            total_bytes: number;
        };
        /** @description A question or an answer. */
        Message: {
            /** @description Why it failed or was quoted. */
            code?: string | null;
            created_at: components["schemas"]["Timestamp"];
            feedback?: components["schemas"]["Feedback"] | null;
            id: components["schemas"]["MessageId"];
            /** @description Where an answer came from; `model` for everything else. */
            origin: components["schemas"]["Origin"];
            /** @description What it was answered from. */
            passages: components["schemas"]["Passage"][];
            /**
             * Format: int64
             * @description For a busy box: when to ask again, in seconds from its refusal.
             */
            retry_after_s?: number | null;
            role: components["schemas"]["Speaker"];
            sentences: components["schemas"]["Sentence"][];
            status: components["schemas"]["AnswerStatus"];
            text: string;
        };
        /**
         * Format: uuid
         * @description One question or answer in a chat.
         */
        MessageId: string;
        /** @description A model. */
        Model: {
            /**
             * Format: int64
             * @description Seconds since 1970; 0 for models that came with the box.
             */
            created: number;
            /** @description What requests call it. */
            id: string;
            /** @description A tutor's name; not OpenAI's. */
            name?: string | null;
            object: string;
            owned_by: string;
        };
        ModelChange: {
            step: components["schemas"]["ChangeStep"];
            /** @description Catalogue id of the new model. */
            to: string;
        };
        ModelChanged: {
            /** @description Why it is not in use, for the school's technician. */
            failed?: string | null;
            /** @description Catalogue id of the model that was to be used. */
            to: string;
        };
        /** @description A language model the box knows. */
        ModelChoice: {
            fit: components["schemas"]["ModelFit"];
            /** @description Its catalogue id. */
            id: string;
            /** @description Whether it answers now. */
            in_use: boolean;
            /**
             * Format: int64
             * @description Bytes of memory it would use, or would need at least.
             */
            needed_bytes?: number | null;
            /**
             * Format: int64
             * @description Bytes of memory there are for it.
             */
            room_bytes?: number | null;
        };
        /** @description The language models the box knows. */
        ModelChoices: {
            /** @description Whether this person may choose. */
            may_choose: boolean;
            /** @description Smallest first. */
            models: components["schemas"]["ModelChoice"][];
        };
        /**
         * @description Whether a model can be chosen.
         * @enum {string}
         */
        ModelFit: "fits" | "too_big" | "missing" | "damaged";
        /** @description The models a key may name. */
        ModelList: {
            data: components["schemas"]["Model"][];
            object: string;
        };
        /** @description A language model in the memory of the box. */
        ModelPlan: {
            /**
             * Format: int64
             * @description Bytes for computing.
             */
            compute_bytes: number;
            /** @description What limits them. */
            limit: components["schemas"]["LimitFrom"];
            /** @description Its catalogue id. */
            model: string;
            /**
             * Format: int64
             * @description Bytes of that pool.
             */
            pool_bytes: number;
            /**
             * Format: int32
             * @description Tokens of the key-value pool all answers share.
             */
            pool_tokens: number;
            /**
             * Format: int64
             * @description Bytes there were for it.
             */
            room_bytes: number;
            /**
             * Format: int32
             * @description Answers written side by side at most.
             */
            rows: number;
            /** @description Whether the rows were measured, not only planned. */
            rows_measured: boolean;
            /**
             * Format: int32
             * @description Threads it computes with.
             */
            threads: number;
            /**
             * Format: int64
             * @description Bytes in all.
             */
            total_bytes: number;
            /**
             * Format: int64
             * @description Bytes of the weights.
             */
            weights_bytes: number;
        };
        /** @enum {string} */
        ModelState: "idle" | "starting" | "ready" | "failed";
        ModelStatus: {
            detail?: string | null;
            id: string;
            kind: components["schemas"]["EngineKind"];
            /**
             * Format: int64
             * @description Resident memory of the worker.
             */
            rss_bytes?: number | null;
            sandbox?: components["schemas"]["SandboxLevel"] | null;
            /** @description SIMD features its engine reports. */
            simd: string[];
            state: components["schemas"]["ModelState"];
        };
        NamedSchema: {
            /** @description A JSON schema. */
            schema?: unknown;
        };
        /**
         * @description How old some learners are.
         * @example {
         *       "age": "under_16",
         *       "users": [
         *         "01900000-0000-7000-8000-000000000000"
         *       ]
         *     }
         */
        NewAge: {
            age?: components["schemas"]["AgeBand"] | null;
            /** @description 1 to 500 learners. */
            users: components["schemas"]["UserId"][];
        };
        /**
         * @description A key to make.
         * @example {
         *       "name": "Homework club",
         *       "requests_per_minute": 60,
         *       "scopes": [
         *         "chat",
         *         "embeddings"
         *       ]
         *     }
         */
        NewApiKey: {
            /** @description Whether its answers come after everybody else's. */
            batch?: boolean;
            /** @description What it is for, 1 to 80 characters. */
            name: string;
            /**
             * Format: int32
             * @description 1 to 10000; 60 unless said.
             */
            requests_per_minute?: number | null;
            /** @description At least one. */
            scopes: components["schemas"]["KeyScope"][];
        };
        /**
         * @description Where badges lead.
         * @example {
         *       "origin": "http://192.168.1.5:8080"
         *     }
         */
        NewBadges: {
            /**
             * @description The beginning of the box's addresses, as learners' phones reach it.
             * @example http://192.168.1.5:8080
             */
            origin: string;
        };
        /**
         * @description Where a card leads.
         * @example {
         *       "origin": "http://192.168.1.5:8080"
         *     }
         */
        NewCard: {
            /**
             * @description The beginning of the box's addresses, as phones reach it.
             * @example http://192.168.1.5:8080
             */
            origin: string;
        };
        /**
         * @description A class to make.
         * @example {
         *       "name": "P5 A"
         *     }
         */
        NewClass: {
            /**
             * @description 1 to 80 characters, one of a kind among the classes that are not over.
             * @example P5 A
             */
            name: string;
            term_id?: components["schemas"]["TermId"] | null;
        };
        /**
         * @description What the learners of a class are to sign in with from now on.
         * @example {
         *       "way": "pictures"
         *     }
         */
        NewClassSecrets: {
            /** @description `pin` or `pictures`. */
            way: components["schemas"]["Way"];
        };
        /** @description A secret for the phone, shown this once. */
        NewCodes: {
            /** @description What the picture says. */
            address: string;
            /** @description The picture to scan, as an SVG path over squares of one unit. */
            path: string;
            /** @description What to type where the picture can not be scanned, in base32. */
            secret: string;
            /** @description Squares in a row of it. */
            width: number;
        };
        /**
         * @description What to write down about some learners.
         * @example {
         *       "giver": "mother",
         *       "state": "given",
         *       "users": [
         *         "01900000-0000-7000-8000-000000000000"
         *       ],
         *       "way": "paper"
         *     }
         */
        NewConsent: {
            giver?: components["schemas"]["ConsentGiver"] | null;
            /** @description Up to 200 characters; no name of a parent is needed. */
            note?: string | null;
            /** @description `asked`, `given`, `refused` or `withdrawn`. */
            state: components["schemas"]["ConsentState"];
            /** @description 1 to 500 learners. */
            users: components["schemas"]["UserId"][];
            /**
             * Format: int32
             * @description Which purpose text was read; the newest unless said.
             */
            version?: number | null;
            way?: components["schemas"]["ConsentWay"] | null;
        };
        /**
         * @description A guest.
         * @example {
         *       "language": "rw"
         *     }
         */
        NewGuest: {
            /** @description The language of the interface. */
            language: components["schemas"]["Language"];
            org_id?: components["schemas"]["OrgId"] | null;
        };
        /**
         * @description An invitation to make.
         * @example {
         *       "origin": "http://192.168.1.5:8080",
         *       "role": "learner",
         *       "uses": 40
         *     }
         */
        NewInvitation: {
            class_id?: components["schemas"]["ClassId"] | null;
            /**
             * Format: int32
             * @description Days it is open, 1 to 30; 7 unless said.
             */
            days?: number | null;
            /** @description Who is meant, to fill in the form. */
            name?: string | null;
            /**
             * @description The beginning of the box's addresses, as phones reach it.
             * @example http://192.168.1.5:8080
             */
            origin: string;
            /** @description What whoever accepts it becomes; teachers invite learners. */
            role: components["schemas"]["Role"];
            /**
             * Format: int32
             * @description How many people may accept it, 1 to 500; one unless said.
             */
            uses?: number | null;
        };
        /**
         * @description A school to add.
         * @example {
         *       "admin": {
         *         "name": "The headteacher",
         *         "password": "inzu ikawa umusozi",
         *         "username": "head"
         *       },
         *       "kind": "secondary",
         *       "language": "fr",
         *       "name": "Another school"
         *     }
         */
        NewOrg: {
            /** @description Its first administrator. */
            admin: components["schemas"]["NewOrgAdmin"];
            /** @description The kind of place it is. */
            kind: components["schemas"]["OrgKind"];
            /** @description The language it starts in. */
            language: components["schemas"]["Language"];
            /** @description 1 to 80 characters. */
            name: string;
        };
        /** @description The first administrator of a school. */
        NewOrgAdmin: {
            /** @description 1 to 80 characters. */
            name: string;
            /**
             * Format: password
             * @description At least 12 characters.
             */
            password: string;
            /** @description Letters, digits and `. _ -`, up to 40. */
            username: string;
        };
        /**
         * @description One's own card to make.
         * @example {
         *       "origin": "http://192.168.1.5:8080",
         *       "password": "inzu ikawa umusozi"
         *     }
         */
        NewOwnCard: {
            /**
             * @description The beginning of the box's addresses, as phones reach it.
             * @example http://192.168.1.5:8080
             */
            origin: string;
            /**
             * Format: password
             * @description One's password.
             */
            password: string;
        };
        /**
         * @description Classes to take into a term; `from` or `classes` says which.
         * @example {
         *       "dry_run": true,
         *       "from": "01900000-0000-7000-8000-000000000000",
         *       "into": "01900000-0000-7000-8000-000000000000"
         *     }
         */
        NewRollover: {
            /** @description These classes, 500 at most. */
            classes?: components["schemas"]["ClassWish"][] | null;
            /** @description Only tells what would happen. */
            dry_run?: boolean;
            from?: components["schemas"]["TermId"] | null;
            /** @description The term they go on in. */
            into: components["schemas"]["TermId"];
        };
        /**
         * @description What a learner is to sign in with from now on.
         * @example {
         *       "way": "pin"
         *     }
         */
        NewSecret: {
            /** @description `pin` or `pictures`. */
            way: components["schemas"]["Way"];
        };
        /**
         * @description A term to make.
         * @example {
         *       "first_day": "2026-01-05",
         *       "last_day": "2026-04-03",
         *       "name": "2026, term 1"
         *     }
         */
        NewTerm: {
            /**
             * Format: date
             * @example 2026-01-05
             */
            first_day: string;
            /**
             * Format: date
             * @description Terms of a school do not overlap.
             * @example 2026-04-03
             */
            last_day: string;
            /**
             * @description 1 to 80 characters, one of a kind in the school.
             * @example 2026, term 1
             */
            name: string;
        };
        /**
         * @description What an administrator's own device says.
         * @example {
         *       "time": 1790000000000
         *     }
         */
        NewTime: {
            /** @description Not before the time of the box, but for half a minute, and at most five years after. */
            time: components["schemas"]["Timestamp"];
        };
        /**
         * @description A person to add.
         * @example {
         *       "language": "rw",
         *       "name": "A learner",
         *       "password": "amazi meza",
         *       "role": "learner",
         *       "username": "learner.1"
         *     }
         */
        NewUser: {
            age?: components["schemas"]["AgeBand"] | null;
            /** @description The language of the interface. */
            language: components["schemas"]["Language"];
            /** @description 1 to 80 characters. */
            name: string;
            /**
             * Format: password
             * @description Staff at least 12 characters, learners 8.
             */
            password: string;
            /** @description Teachers add learners only. */
            role: components["schemas"]["Role"];
            /** @description Letters, digits and `. _ -`, up to 40. */
            username: string;
        };
        NotCopied: {
            /** @description Why; none when it was stopped before its turn. */
            code?: string | null;
            /** Format: int32 */
            n: number;
            name: string;
        };
        /** @description What somebody is invited to. */
        Offer: {
            /** @description The name of the class one is put into. */
            class?: string | null;
            /** @description Who is meant. */
            name?: string | null;
            /** @description What one becomes. */
            role: components["schemas"]["Role"];
            school: string;
            /** @description Whether a teacher has to approve the account first. */
            waits: boolean;
        };
        OneOrMany: string | string[];
        /**
         * @description How long a class is held open.
         * @example {
         *       "minutes": 60,
         *       "renew": false
         *     }
         */
        Opening: {
            /**
             * Format: int32
             * @description Minutes from now; 0 closes it, absent it stays. A term at most.
             */
            minutes?: number | null;
            /** @description Whether it gets another code. */
            renew?: boolean;
        };
        /** @description A school. */
        Org: {
            /** @description Its id. */
            id: components["schemas"]["OrgId"];
            /** @description The kind of place it is. */
            kind: components["schemas"]["OrgKind"];
            /** @description The language it starts in. */
            language: components["schemas"]["Language"];
            /** @description Its name. */
            name: string;
        };
        /**
         * Format: uuid
         * @description An organisation: one school or centre. Every row of its data carries it.
         */
        OrgId: string;
        /**
         * @description The kind of place a school is.
         * @enum {string}
         */
        OrgKind: "primary" | "secondary" | "community";
        /**
         * @description Changes to a school; what is absent stays.
         * @example {
         *       "name": "Another school"
         *     }
         */
        OrgPatch: {
            kind?: components["schemas"]["OrgKind"] | null;
            language?: components["schemas"]["Language"] | null;
            /** @description A new name. */
            name?: string | null;
        };
        /** @description The schools of the box. */
        Orgs: {
            /** @description The oldest first. */
            orgs: components["schemas"]["Org"][];
        };
        /**
         * @description Where an answer came from.
         * @enum {string}
         */
        Origin: "model" | "class" | "approved";
        /** @description One's own card. */
        OwnCard: {
            made_at?: components["schemas"]["Timestamp"] | null;
        };
        /** @description How one's own codes stand. */
        OwnCodes: {
            on_since?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Recovery codes that were not used yet.
             */
            recovery_left: number;
            /** @description Whether the box knows the time well enough to judge codes of a phone. */
            time_known: boolean;
            /** @description Browsers in which no code is asked for. */
            trusted: components["schemas"]["TrustedBrowser"][];
        };
        /** @description What is written down about oneself. */
        OwnConsent: {
            /** @description The newest first. */
            entries: components["schemas"]["ConsentEntry"][];
            learner?: components["schemas"]["ConsentLearner"] | null;
            /**
             * Format: int32
             * @description The newest purpose text.
             */
            version: number;
        };
        /**
         * @description One's password.
         * @example {
         *       "password": "inzu ikawa umusozi"
         *     }
         */
        OwnPassword: {
            /** Format: password */
            password: string;
        };
        /** @description A passage of a lesson, as cards show it. */
        Passage: {
            /** @description Where in the original. */
            anchor: components["schemas"]["Anchor"];
            /** @description The lesson it is from. */
            lesson_id: components["schemas"]["LessonId"];
            /** @description That lesson's title. */
            lesson_title: string;
            /** @description UTF-16 start and end of the words that match the question. */
            marks: [
                number,
                number
            ][];
            /**
             * Format: int32
             * @description Its number in this list, from 1.
             */
            n: number;
            /**
             * Format: double
             * @description Larger is better; comparable within one list only.
             */
            score: number;
            /**
             * @description Its words; empty in an old answer when its reader may no longer read
             *     the lesson.
             */
            text: string;
        };
        /**
         * @description One's password and a code.
         * @example {
         *       "code": "287082",
         *       "password": "inzu ikawa umusozi"
         *     }
         */
        PasswordAndCode: {
            /**
             * Format: password
             * @description Six digits of the phone, or a recovery code.
             */
            code: string;
            /** Format: password */
            password: string;
        };
        /** @description A new password. */
        PasswordPatch: {
            /**
             * Format: password
             * @description The password so far.
             */
            current: string;
            /**
             * Format: password
             * @description Staff at least 12 characters, learners 8.
             */
            new: string;
        };
        /** @description People of the school who may sign in. */
        PeopleCounts: {
            /** Format: int32 */
            admins: number;
            /** Format: int32 */
            learners: number;
            /** Format: int32 */
            teachers: number;
        };
        /** @description A list that was sent. */
        PeopleImport: {
            counts?: components["schemas"]["ImportCounts"] | null;
            created_at: components["schemas"]["Timestamp"];
            /** Format: int32 */
            done: number;
            file_name: string;
            id: components["schemas"]["ImportId"];
            state: components["schemas"]["ImportState"];
            /**
             * Format: int32
             * @description Steps in all, and those done.
             */
            total: number;
        };
        /** @description A list with what it would do. */
        PeopleImportPlan: {
            /** @description Columns that were understood. */
            columns: components["schemas"]["ImportColumn"][];
            /** @description Heads of the others. */
            ignored: string[];
            import: components["schemas"]["PeopleImport"];
            /** @description Who was left when it was carried out, up to 200. */
            left: components["schemas"]["ImportLeft"][];
            left_count: number;
            /** @description Learners who are not in it, up to 200 names. */
            missing: string[];
            missing_count: number;
            /** @description Names of classes it makes. */
            new_classes: string[];
        };
        /** @description A tutor. */
        Persona: components["schemas"]["Settings"] & {
            /** @description Whether learners may ask it; off while it is paused. */
            active: boolean;
            /** @description The classes whose learners may, when not all of the school; for staff. */
            classes?: components["schemas"]["ClassId"][] | null;
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["PersonaId"];
            name: string;
            /** @description Whether it is for learners; staff may always ask it. */
            shared: boolean;
            subject?: string | null;
            updated_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description A tutor to make or the fields of one to change; absent fields stay or take
         *     their defaults.
         * @example {
         *       "name": "Mwarimu",
         *       "subject": "Biology",
         *       "tone": "calm"
         *     }
         */
        PersonaFields: {
            active?: boolean | null;
            /** @description The classes whose learners may ask it; `null` for the whole school. */
            classes?: components["schemas"]["ClassId"][] | null;
            greeting?: string | null;
            language?: components["schemas"]["Speaks"] | null;
            lessons?: components["schemas"]["Allowed"] | null;
            name?: string | null;
            only_from_lessons?: boolean | null;
            /** @description Whether it is for learners. */
            shared?: boolean | null;
            subject?: string | null;
            suggestions?: string[] | null;
            tone?: components["schemas"]["Tone"] | null;
        };
        /**
         * Format: uuid
         * @description A tutor.
         */
        PersonaId: string;
        PersonaList: {
            /** @description Whether there are none because the parents' consent is missing. */
            consent_missing: boolean;
            personas: components["schemas"]["Persona"][];
        };
        /** @description A term to make. */
        PlannedTerm: {
            /**
             * Format: date
             * @example 2025-09-08
             */
            first_day: string;
            /**
             * Format: date
             * @example 2025-12-19
             */
            last_day: string;
            name: string;
        };
        /** @description What a kind of place is offered. */
        Preset: {
            /** @description The classes it makes. */
            classes: string[];
            /** @description Whether learners may ask for an account with a code. */
            joining: boolean;
            kind: components["schemas"]["OrgKind"];
            /** @description What it does, in the order to show it in. */
            lines: components["schemas"]["Line"][];
            /**
             * Format: int32
             * @description Minutes after which a shared device that is left alone signs out.
             */
            quiet_minutes: number;
            /** @description The terms it makes. */
            terms: components["schemas"]["PlannedTerm"][];
            /** @description What learners are given to sign in with. */
            way: components["schemas"]["Way"];
        };
        /**
         * @description Lines to carry out.
         * @example {
         *       "kind": "primary",
         *       "lines": [
         *         "terms",
         *         "classes"
         *       ]
         *     }
         */
        PresetChoice: {
            /** @description The kind of place whose preset it is. */
            kind: components["schemas"]["OrgKind"];
            lines: components["schemas"]["Line"][];
        };
        PresetDone: {
            /** @description The lines that changed anything. */
            done: components["schemas"]["Line"][];
        };
        PresetList: {
            presets: components["schemas"]["Preset"][];
        };
        /** @description An error answer (RFC 9457). Clients decide by `code`. */
        Problem: {
            /** @description What happened; stable, and translated by the web app. */
            code: components["schemas"]["Code"];
            /** @description One sentence about this very request. */
            detail: string;
            /** @description The request field at fault. */
            field?: string | null;
            /**
             * Format: int64
             * @description When to try again, in seconds; also in `Retry-After`.
             */
            retry_after_s?: number | null;
            /**
             * Format: int32
             * @description The HTTP status again.
             * @example 404
             */
            status: number;
            /**
             * @description A few words for people reading API answers.
             * @example Not found
             */
            title: string;
            /**
             * @description Always `about:blank`: the code says more than a page would.
             * @example about:blank
             */
            type: string;
        };
        /** @description How far the reading of a lesson is. */
        Progress: {
            /**
             * Format: int32
             * @description Units of this stage done.
             */
            done: number;
            /** @description The stage it is in. */
            stage: components["schemas"]["Stage"];
            /**
             * Format: int32
             * @description Units of this stage in all; 0 when unknown.
             */
            total: number;
        };
        PromptDetails: {
            /**
             * Format: int32
             * @description Tokens that were in memory already.
             */
            cached_tokens: number;
        };
        /** @description What the box keeps about children, and why. */
        Purpose: {
            form: components["schemas"]["ConsentForm"];
            /** @description Paragraphs before the first section. */
            intro: string[];
            language: components["schemas"]["Language"];
            /**
             * Format: int32
             * @description The version of the newest text.
             */
            newest: number;
            sections: components["schemas"]["PurposeSection"][];
            title: string;
            /** Format: int32 */
            version: number;
        };
        /** @description A part of the text. */
        PurposeSection: {
            /** @description Its list, after them. */
            points: string[];
            /** @description Its paragraphs. */
            text: string[];
            title: string;
        };
        /** @description Whether the box can teach. */
        Ready: {
            /** @description What is missing, in stable words. */
            degraded: string[];
            llm?: components["schemas"]["ModelPlan"] | null;
            /** @description In one word. */
            status: components["schemas"]["ReadyWord"];
        };
        /**
         * @description Whether the box can teach, in one word.
         * @enum {string}
         */
        ReadyWord: "ready" | "starting" | "degraded";
        /** @description Entries that were made. */
        RecordedConsents: {
            /** @description Their numbers, for taking them back. */
            entries: number[];
        };
        /**
         * @description A new password for whoever holds a card.
         * @example {
         *       "code": "K7MP2AXWK7MP2AXW",
         *       "password": "inzu ikawa umusozi"
         *     }
         */
        Recovery: {
            /**
             * Format: password
             * @description The card's code, as it was scanned or typed.
             */
            code: string;
            /**
             * Format: password
             * @description At least 12 characters.
             */
            password: string;
        };
        /** @description A card, shown this once. */
        RecoveryCard: {
            /** @description What to type where the picture can not be scanned. */
            code: string;
            /** @description The address to open. */
            link: string;
            /** @description Whose, by name. */
            name: string;
            /** @description The picture to scan, as an SVG path over squares of one unit. */
            path: string;
            username: string;
            /** @description Squares in a row of it. */
            width: number;
        };
        /** @description Recovery codes, shown this once. */
        RecoveryCodes: {
            /** @description Each counts once. */
            codes: string[];
        };
        /**
         * @description A refresh token in the body, for programs.
         * @example {
         *       "refresh_token": "eyJhbGciOiJIUzI1NiJ9"
         *     }
         */
        RefreshBody: {
            /** @description The last refresh token received. */
            refresh_token: string;
        };
        RefusedFile: {
            /** Format: int64 */
            bytes: number;
            /** @description Why. */
            code: string;
            name: string;
        };
        RefusedModel: {
            limit: components["schemas"]["LimitFrom"];
            model: string;
            /** Format: int64 */
            needed_bytes: number;
            /** Format: int64 */
            room_bytes: number;
        };
        /**
         * @description Somebody who accepts an invitation or asks for an account.
         * @example {
         *       "code": "K7MP2AXW",
         *       "language": "rw",
         *       "name": "A learner",
         *       "password": "amazi meza",
         *       "username": "learner.1"
         *     }
         */
        Registration: {
            /**
             * Format: password
             * @description The code, as it was scanned or typed.
             */
            code: string;
            /** @description The language of the interface. */
            language: components["schemas"]["Language"];
            /** @description 1 to 80 characters. */
            name: string;
            /**
             * Format: password
             * @description Staff at least 12 characters, learners 8.
             */
            password: string;
            /** @description Letters, digits and `. _ -`, up to 40. */
            username: string;
        };
        ResponseFormat: {
            /** @enum {string} */
            type: "text";
        } | {
            /** @enum {string} */
            type: "json_object";
        } | {
            json_schema: components["schemas"]["NamedSchema"];
            /** @enum {string} */
            type: "json_schema";
        };
        /**
         * @description What a person may do in a school.
         * @enum {string}
         */
        Role: "admin" | "teacher" | "learner" | "guest";
        /** @description A roll-over that was done. */
        Rollover: {
            /**
             * Format: int32
             * @description How many classes were taken.
             */
            classes: number;
            done_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["RolloverId"];
            /** @description The term the classes were taken into. */
            into: components["schemas"]["TermId"];
            /** @description Until when it can be undone. */
            until: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description Classes taken into another term together.
         */
        RolloverId: string;
        RolloverList: {
            /** @description The last first. */
            rollovers: components["schemas"]["Rollover"][];
        };
        /** @description What a roll-over does. */
        RolloverPlan: {
            id?: components["schemas"]["RolloverId"] | null;
            /** @description Learners who are in no class afterwards, by name; their accounts stay. */
            leavers: components["schemas"]["Leaver"][];
            /** @description By name. */
            steps: components["schemas"]["RolloverStep"][];
        };
        /** @description What becomes of a class. */
        RolloverStep: {
            how: components["schemas"]["How"];
            /** @description The class as it is before. */
            id: components["schemas"]["ClassId"];
            /**
             * Format: int32
             * @description Learners who go on.
             */
            learners: number;
            /**
             * Format: int32
             * @description Lessons kept for the new class: for `copy` those of the old one, for `promote`
             *     those of the class that had its name.
             */
            lessons: number;
            name: string;
            /** @description Whether another class has that name or gets it: nothing is done then. */
            name_taken: boolean;
            /** @description The name of the new class; none for `end`. */
            new_name?: string | null;
            /**
             * Format: int32
             * @description Learners who do not.
             */
            stay: number;
            /**
             * Format: int32
             * @description Teachers of the new class.
             */
            teachers: number;
            /**
             * Format: int32
             * @description Tutors kept for it.
             */
            tutors: number;
        };
        /**
         * @description How much of the sandbox the kernel could give a worker.
         * @enum {string}
         */
        SandboxLevel: "full" | "partial" | "none";
        /** @description A school as shown before signing in. */
        School: {
            /** @description Whether one may look around without an account. */
            guests: boolean;
            /** @description Its id, for signing in. */
            id: components["schemas"]["OrgId"];
            /** @description The language it starts in. */
            language: components["schemas"]["Language"];
            /** @description Its name. */
            name: string;
        };
        /** @description How the school works. */
        SchoolSettings: {
            /** @description Whether people without an account may look around. */
            guests: boolean;
            /**
             * Format: int32
             * @description After how many minutes without a request a session on a shared device is over.
             */
            quiet_minutes: number;
            /** @description What learners are given to sign in with first: `pin` or `pictures`. */
            way: components["schemas"]["Way"];
        };
        /**
         * @description What changes about it; what is absent stays.
         * @example {
         *       "quiet_minutes": 10
         *     }
         */
        SchoolSettingsPatch: {
            /** @description Without guests those who are here have to go at once. */
            guests?: boolean | null;
            /**
             * Format: int32
             * @description 5 to 60; counts for sessions that begin from now on.
             */
            quiet_minutes?: number | null;
            way?: components["schemas"]["Way"] | null;
        };
        SearchResult: {
            passages: components["schemas"]["Passage"][];
            /**
             * Format: int64
             * @description Milliseconds the search took.
             */
            took_ms: number;
        };
        /** @description The password was right; a code comes next. */
        SecondStep: {
            /** @description Goes with the code, once, from the same browser. */
            challenge: string;
            codes: components["schemas"]["CodesNow"];
            /**
             * Format: int64
             * @description For how many seconds.
             */
            expires_in: number;
        };
        /** @description A learner's new secret. */
        SecretCardBody: {
            name: string;
            /** @description Its parts in order: digits, or what the pictures show. */
            parts: string[];
            user: components["schemas"]["UserId"];
        };
        /** @description New secrets of a class, shown this once. */
        SecretCards: {
            /** @description By name. */
            cards: components["schemas"]["SecretCardBody"][];
            way: components["schemas"]["Way"];
        };
        /** @description One page, slide or section. */
        Section: {
            anchor: components["schemas"]["Anchor"];
            blocks: components["schemas"]["TextBlock"][];
            /**
             * @description Whether a teacher left it out as a whole. Then it has blocks only with
             *     `edits`.
             */
            excluded: boolean;
            /** @description Names it in a change. */
            key: string;
        };
        /** @description A sentence of an answer. */
        Sentence: {
            /** @description Numbers `n` of the passages that support it. */
            citations: number[];
            /**
             * Format: int32
             * @description UTF-16 offset after its last.
             */
            end: number;
            /**
             * Format: int32
             * @description UTF-16 offset of its first character.
             */
            start: number;
            /** @description Whether a passage has what it says. */
            supported: boolean;
        };
        /** @description What the box says. */
        ServerEvent: {
            /** @enum {string} */
            type: "hello";
        } | {
            /** @description As sent. */
            client_id: string;
            /** @description The chat it is in. */
            conversation_id: components["schemas"]["ConversationId"];
            /** @description The answer's message. */
            message_id: components["schemas"]["MessageId"];
            /** @description The question's message. */
            question_id: components["schemas"]["MessageId"];
            /** @enum {string} */
            type: "accepted";
        } | {
            /** @description The answer. */
            message_id: components["schemas"]["MessageId"];
            /** @description Best first. */
            passages: components["schemas"]["Passage"][];
            /** @enum {string} */
            type: "passages";
        } | {
            /**
             * Format: int32
             * @description Seconds until the writing starts, estimated.
             */
            estimate_s: number;
            /** @description The answer. */
            message_id: components["schemas"]["MessageId"];
            /**
             * Format: int32
             * @description 1 is next.
             */
            position: number;
            /** @enum {string} */
            type: "queued";
        } | {
            /** @description The answer. */
            message_id: components["schemas"]["MessageId"];
            /** @enum {string} */
            type: "started";
        } | {
            /** @description The answer. */
            message_id: components["schemas"]["MessageId"];
            /**
             * Format: int32
             * @description UTF-16 offset at which it belongs.
             */
            offset: number;
            /** @description The text. */
            text: string;
            /** @enum {string} */
            type: "text";
        } | {
            /** @description The answer. */
            message: components["schemas"]["Message"];
            /** @enum {string} */
            type: "done";
        } | {
            /** @description For a question. */
            client_id?: string | null;
            /** @description Why. */
            code: components["schemas"]["Code"];
            message_id?: components["schemas"]["MessageId"] | null;
            /**
             * Format: int64
             * @description When to try again, in seconds.
             */
            retry_after_s?: number | null;
            /** @enum {string} */
            type: "error";
        };
        /** @description A device on which one is signed in. */
        Session: {
            /** @description What its browser said it is, such as `Chrome · Android`; empty when it is not known. */
            browser: string;
            created_at: components["schemas"]["Timestamp"];
            /** @description Whether it is the one that asks. */
            current: boolean;
            id: components["schemas"]["SessionId"];
            last_used_at: components["schemas"]["Timestamp"];
            /** @description Whether others use the device too. */
            shared: boolean;
        };
        /**
         * Format: uuid
         * @description A signed-in device or browser of one person.
         */
        SessionId: string;
        SessionList: {
            /** @description The last used first. */
            sessions: components["schemas"]["Session"][];
        };
        /**
         * @description How a tutor behaves; what `PUT /personas/{id}/settings` replaces.
         * @example {
         *       "greeting": null,
         *       "language": "auto",
         *       "lessons": {
         *         "mode": "all"
         *       },
         *       "only_from_lessons": true,
         *       "suggestions": [
         *         "What do leaves need?"
         *       ],
         *       "tone": "friendly"
         *     }
         */
        Settings: {
            /** @description What it says first; at most 500 characters. */
            greeting?: string | null;
            /** @description Language of the answers. */
            language: components["schemas"]["Speaks"];
            /** @description Lessons it answers from. */
            lessons: components["schemas"]["Allowed"];
            /** @description Refuse what the lessons do not answer. */
            only_from_lessons: boolean;
            /** @description Questions offered to begin with; at most 6 of 200 characters. */
            suggestions?: string[];
            /** @description How it sounds. */
            tone: components["schemas"]["Tone"];
        };
        /**
         * @description The first school and its administrator.
         * @example {
         *       "admin_name": "The headteacher",
         *       "language": "rw",
         *       "password": "inzu ikawa umusozi",
         *       "preset": [
         *         "way",
         *         "terms"
         *       ],
         *       "sample": true,
         *       "school_kind": "primary",
         *       "school_name": "Our school",
         *       "username": "head"
         *     }
         */
        Setup: {
            /** @description The administrator's name, 1 to 80 characters. */
            admin_name: string;
            /** @description The code of the terminal, unless the browser is on the box. */
            code?: string | null;
            /** @description The language it starts in. */
            language: components["schemas"]["Language"];
            /**
             * Format: password
             * @description At least 12 characters.
             */
            password: string;
            /** @description What the preset of its kind is to do; nothing unless said. */
            preset?: components["schemas"]["Line"][];
            /** @description Whether to load the sample lessons. */
            sample: boolean;
            /** @description The kind of place it is. */
            school_kind: components["schemas"]["OrgKind"];
            /** @description 1 to 80 characters. */
            school_name: string;
            /** @description Letters, digits and `. _ -`, up to 40. */
            username: string;
        };
        /** @description Both directions of the socket, for the documentation. */
        SocketEvents: {
            client: components["schemas"]["ClientEvent"];
            server: components["schemas"]["ServerEvent"];
        };
        /** @description When something is said in a recording. */
        Span: {
            /**
             * Format: int32
             * @description Where it ends; not before its start.
             */
            end_ms: number;
            /**
             * Format: int32
             * @description Where it begins, in milliseconds from the start.
             */
            start_ms: number;
        };
        /**
         * @description Who a message is from.
         * @enum {string}
         */
        Speaker: "user" | "assistant";
        /**
         * @description The language a tutor answers in.
         * @enum {string}
         */
        Speaks: "auto" | "rw" | "en" | "fr" | "sw";
        /**
         * @description The stages of reading a lesson.
         * @enum {string}
         */
        Stage: "extract" | "transcribe" | "index" | "embed";
        /**
         * @description What was decided about a kept answer.
         * @enum {string}
         */
        Standing: "class" | "approved" | "rejected";
        /**
         * @example {
         *       "close_missing": false
         *     }
         */
        StartImport: {
            /** @description Whether accounts of learners who are not in the list are closed. */
            close_missing?: boolean;
        };
        /** @description A USB stick that is plugged into the box. */
        Stick: {
            id: string;
            name: string;
            /**
             * Format: int64
             * @description Bytes it has room for.
             */
            total_bytes: number;
        };
        /** @description A copy from a stick. */
        StickCopy: {
            copied: number;
            created_at: components["schemas"]["Timestamp"];
            current?: components["schemas"]["CurrentFile"] | null;
            failed: number;
            files: number;
            /** @description Files that were lessons already. */
            here: number;
            id: components["schemas"]["CopyId"];
            /** @description Files that failed or were stopped, up to 200. */
            not_copied: components["schemas"]["NotCopied"][];
            /** Format: int64 */
            read_bytes: number;
            /** @description Whether files wait to be copied. */
            running: boolean;
            /** @description Files of which it is known what became of them. */
            settled: number;
            stick_name: string;
            stopped: number;
            /**
             * Format: int64
             * @description Bytes of the files that were to be copied, and of those how many were read.
             */
            total_bytes: number;
        };
        /** @description Something in a folder of a stick. */
        StickEntry: {
            /** Format: int64 */
            bytes: number;
            /** @description Why it can not become one. */
            code?: string | null;
            folder: boolean;
            format?: components["schemas"]["Format"] | null;
            name: string;
            /** @description Names it in requests. */
            place: string;
        };
        StickFolder: {
            entries: components["schemas"]["StickEntry"][];
            /** @description Whether there is more in the folder than is told. */
            more: boolean;
        };
        StickList: {
            sticks: components["schemas"]["Stick"][];
        };
        /** @description What copying would do. */
        StickPlan: {
            /** @description Whether there is more below what was chosen than one plan has. */
            cut: boolean;
            /** @description Files that are lessons already. */
            here_files: number;
            /** Format: int64 */
            new_bytes: number;
            /** @description Files that would become lessons. */
            new_files: number;
            /** @description Files that can not become lessons or do not fit, up to 200. */
            refused: components["schemas"]["RefusedFile"][];
            refused_files: number;
        };
        /** @description One of the events that an answer is streamed in. */
        StreamEvent: {
            /**
             * @description A `Completion`, or an `error` that ends the stream, as JSON; `[DONE]` at
             *     the end of a whole answer.
             */
            data: string;
        };
        StreamOptions: {
            /** @description Send the usage in a last event. */
            include_usage?: boolean | null;
        };
        /** @description A year or term of a school. */
        Term: {
            /**
             * Format: int32
             * @description Classes in it that are not over.
             */
            classes: number;
            /** @description Whether today is in it; of at most one. */
            current: boolean;
            /**
             * Format: date
             * @example 2026-01-05
             */
            first_day: string;
            id: components["schemas"]["TermId"];
            /**
             * Format: date
             * @example 2026-04-03
             */
            last_day: string;
            name: string;
        };
        /**
         * Format: uuid
         * @description A year or term of a school.
         */
        TermId: string;
        TermList: {
            /** @description The latest first. */
            terms: components["schemas"]["Term"][];
        };
        /**
         * @description Changes to a term; what is absent stays.
         * @example {
         *       "last_day": "2026-04-10"
         *     }
         */
        TermPatch: {
            /** Format: date */
            first_day?: string | null;
            /** Format: date */
            last_day?: string | null;
            name?: string | null;
        };
        TextBlock: {
            /** @description Whether a teacher left it out. Only with `edits`. */
            excluded: boolean;
            /** @description Names it in a change. */
            key: string;
            kind: components["schemas"]["BlockKind"];
            /**
             * Format: int32
             * @description Level of a heading, 1 for the highest; 0 for other kinds.
             */
            level: number;
            /** @description What was read, where a teacher changed it. Only with `edits`. */
            read?: string | null;
            /** @description Its text as tutors and pupils have it. */
            text: string;
        };
        /**
         * Format: int64
         * @description Milliseconds since 1970-01-01 UTC, as told by a [`Clock`].
         */
        Timestamp: number;
        /**
         * @description Where tokens go.
         * @enum {string}
         */
        TokenPlace: "cookies" | "body";
        /** @description Tokens for a program that sends them as bearer tokens. */
        TokenSet: {
            /** @description For `Authorization: Bearer`. */
            access_token: string;
            /**
             * Format: int64
             * @description How long the access token is good for, in seconds.
             */
            expires_in: number;
            me?: components["schemas"]["Me"] | null;
            /** @description For `/auth/refresh`; each one counts once. */
            refresh_token: string;
        };
        /**
         * @description How a tutor sounds.
         * @enum {string}
         */
        Tone: "friendly" | "calm" | "strict" | "playful";
        /** @description What was deleted and can be brought back; the last first. */
        Trash: {
            /** @description For teachers, those they are members of. */
            classes: components["schemas"]["TrashedClass"][];
            /** @description For administrators. */
            people: components["schemas"]["TrashedPerson"][];
        };
        /** @description A class in the trash. */
        TrashedClass: {
            id: components["schemas"]["ClassId"];
            name: string;
            trashed_at: components["schemas"]["Timestamp"];
            /** @description When it is deleted for good. */
            until: components["schemas"]["Timestamp"];
        };
        /** @description A person in the trash. */
        TrashedPerson: {
            id: components["schemas"]["UserId"];
            name: string;
            role: components["schemas"]["Role"];
            trashed_at: components["schemas"]["Timestamp"];
            /** @description When the account is deleted for good. */
            until: components["schemas"]["Timestamp"];
            /** @description The name the person signed in with; somebody else may have it by now. */
            username: string;
        };
        /** @description A browser in which no code is asked for. */
        TrustedBrowser: {
            /** @description What it said it is; empty when it is not known. */
            browser: string;
            until: components["schemas"]["Timestamp"];
        };
        /**
         * @description Entries to take back.
         * @example {
         *       "entries": [
         *         12
         *       ]
         *     }
         */
        UndoneConsents: {
            /** @description 1 to 500 numbers, each of the last entry of its learner. */
            entries: number[];
        };
        /** @description The form of an upload; the file's part must carry its name. */
        UploadForm: {
            /** Format: binary */
            file: string;
            language?: components["schemas"]["Language"] | null;
            /** @description Whether learners may read it; true unless said. */
            shared?: boolean | null;
            subject?: string | null;
            title?: string | null;
        };
        /** @description A person of the school. */
        User: {
            /** @description Whether the person may sign in. */
            active: boolean;
            age?: components["schemas"]["AgeBand"] | null;
            /** @description When the account was opened. */
            created_at: components["schemas"]["Timestamp"];
            /** @description The person's id. */
            id: components["schemas"]["UserId"];
            /** @description The language of the interface. */
            language: components["schemas"]["Language"];
            last_seen_at?: components["schemas"]["Timestamp"] | null;
            /** @description The person's name. */
            name: string;
            /** @description What the person may do. */
            role: components["schemas"]["Role"];
            /** @description The name the person signs in with. */
            username: string;
            /** @description What the person signs in with. */
            way: components["schemas"]["Way"];
        };
        /**
         * Format: uuid
         * @description A person with an account.
         */
        UserId: string;
        /**
         * @description Who is meant.
         * @example {
         *       "users": [
         *         "01900000-0000-7000-8000-000000000000"
         *       ]
         *     }
         */
        UserIds: {
            /** @description 1 to 500 people. */
            users: components["schemas"]["UserId"][];
        };
        /**
         * @description Changes to somebody; what is absent stays.
         * @example {
         *       "name": "Another name"
         *     }
         */
        UserPatch: {
            /** @description Whether the person may sign in; ends the person's sessions. */
            active?: boolean | null;
            /** @description A new name. */
            name?: string | null;
            /**
             * Format: password
             * @description A new password; ends the person's sessions.
             */
            password?: string | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description A page of the people of the school. */
        Users: {
            /**
             * Format: int32
             * @description `from` of the next page, if there is one.
             */
            next?: number | null;
            /**
             * Format: int32
             * @description How many fit, on this page and all others.
             */
            total: number;
            /** @description By name. */
            users: components["schemas"]["User"][];
        };
        /**
         * @description Whose accounts are closed or opened.
         * @example {
         *       "active": false,
         *       "users": [
         *         "01900000-0000-7000-8000-000000000000"
         *       ]
         *     }
         */
        UsersPatch: {
            /** @description Whether they may sign in. */
            active: boolean;
            /** @description 1 to 500 people. */
            users: components["schemas"]["UserId"][];
        };
        /** @description Somebody who waits for approval. */
        Waiting: {
            asked_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["UserId"];
            name: string;
            /** @description The name the person wants to sign in with. */
            username: string;
        };
        WaitingList: {
            /** @description Who asked first comes first. */
            waiting: components["schemas"]["Waiting"][];
        };
        /** @description Something the teacher should know about a lesson that was read. */
        Warning: {
            /**
             * @description A stable word: `page_without_text`, `text_cut`, `hidden_text`, `pictures_left_out`,
             *     `not_read_again`, `unsure`, `language_not_heard`, `sound_cut`.
             */
            code: string;
            /**
             * Format: int32
             * @description The page, slide or section it is about.
             */
            page?: number | null;
        };
        /**
         * @description How a person proves who it is.
         * @enum {string}
         */
        Way: "password" | "pin" | "pictures";
        /** @description Those who type codes. */
        WithCodes: {
            users: components["schemas"]["UserId"][];
        };
    };
    responses: {
        /** @description A problem with the code `bad_request` */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `not_signed_in` or `session_ended` or `wrong_credentials` or `code_wrong` or `sign_in_over` */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `account_locked` or `account_waiting` or `code_closed` or `class_closed` or `tutor_closed` or `consent_missing` or `forbidden` or `setup_code_wrong` or `origin_unknown` */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `not_found` or `stick_gone` */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `file_too_big` */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `host_unknown` */
        Problem421: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `invalid_field` or `password_weak` or `file_empty` or `file_type_mismatch` or `columns_unknown` or `file_unreadable` */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A problem with the code `too_many_tries` or `queue_full` or `rate_limited` */
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_answers: {
        parameters: {
            query?: {
                /** @description `class` (nobody decided yet) unless said, or `approved`. */
                standing?: components["schemas"]["Standing"] | null;
                /** @description Words of question or answer, up to 200 characters. */
                q?: string | null;
                /** @description `used` unless said, or `newest`. */
                sort?: ("used" | "newest") | null;
                /** @description How many to leave out. */
                offset?: number | null;
                /** @description How many to list, 1 to 100; 20 unless said. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptAnswerList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_answer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AnswerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptAnswer"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    correct_answer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AnswerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerCorrection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It was deleted, or its lessons do not bear on it now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_answer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AnswerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_answer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AnswerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptAnswer"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It was deleted, or its lessons do not bear on it now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_answer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AnswerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptAnswer"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It is not deleted */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_log: {
        parameters: {
            query?: {
                /** @description Done by this person, or to this person. */
                person?: components["schemas"]["UserId"];
                /** @description Of these actions. */
                group?: "people" | "sign_in" | "classes" | "lessons" | "tutors" | "school";
                /** @description Done at this time or later. */
                from?: components["schemas"]["Timestamp"];
                /** @description Done before this time. */
                to?: components["schemas"]["Timestamp"];
                /** @description `next` of the page before. */
                before?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLog"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_log: {
        parameters: {
            query?: {
                /** @description Done by this person, or to this person. */
                person?: components["schemas"]["UserId"];
                /** @description Of these actions. */
                group?: "people" | "sign_in" | "classes" | "lessons" | "tutors" | "school";
                /** @description Done at this time or later. */
                from?: components["schemas"]["Timestamp"];
                /** @description Done before this time. */
                to?: components["schemas"]["Timestamp"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": number[];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enter_by_badge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BadgeCode"];
            };
        };
        responses: {
            /** @description Cookies are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description No badge says this */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_door: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassCode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDoor"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Entering"];
            };
        };
        responses: {
            /** @description Cookies are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description Wrong digits, pictures or password */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enter_as_guest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGuest"];
            };
        };
        responses: {
            /** @description Cookies are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description There is no such school */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The school has no guests */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationCode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Offer"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Cookies are set, or tokens told */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description Nobody is signed in yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondStep"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description Wrong user name or password */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    type_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            /** @description Cookies are set, or tokens told */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description Wrong code, or the password comes first again */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem403"];
            /** @description Only recovery codes count now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Only for programs */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshBody"] | null;
            };
        };
        responses: {
            /** @description Signed out; cookies are gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description Changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": number[];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_own_card: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnCard"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_own_card: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOwnCard"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCard"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_own: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnCodes"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnPassword"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewCodes"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description Codes are on already, or can not be judged now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstCode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description No secret was made, or codes can not be judged now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordAndCode"];
            };
        };
        responses: {
            /** @description Off */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description They are not on, or only recovery codes count now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renew: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordAndCode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description Codes are not on, or only recovery codes count now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    distrust: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No browser is trusted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recover: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Recovery"];
            };
        };
        responses: {
            /** @description Cookies are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The password is set; nobody is signed in yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondStep"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Only for programs */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshBody"] | null;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenSet"];
                };
            };
            /** @description Cookies are set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            /** @description The session is over */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Cookies are set */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The account waits for a teacher */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            /** @description The user name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_box: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoxInfo"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    engine: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EngineStatus"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dismiss_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    choose_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChooseModel"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EngineStatus"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such model */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is in use, or another one is being loaded */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    model_choices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelChoices"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoxStatus"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_time: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoxTime"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    move_time: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTime"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoxTime"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_chats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackBody"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_chat: {
        parameters: {
            query?: {
                /** @description Only messages earlier than this one. */
                before?: components["schemas"]["MessageId"] | null;
            };
            header?: never;
            path: {
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationWithMessages"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_chat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ConversationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_classes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_class: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClass"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Class"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description The name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_class: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassWithMembers"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_class: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the trash */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_class: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Class"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_badges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBadges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BadgeCards"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_class: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Opening"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Class"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The class is over */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MembersPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassWithMembers"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_class: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Class"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The name is taken by now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_secrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ClassId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClassSecrets"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretCards"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consent_register: {
        parameters: {
            query?: {
                /** @description Only learners of this class. */
                class?: components["schemas"]["ClassId"];
                /** @description Only these. */
                filter?: "without" | "none" | "asked" | "given" | "refused" | "withdrawn" | "older" | "age_unknown";
                /** @description Only learners with this in their name. */
                name?: string;
                /** @description `next` of the page before. */
                from?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentRegister"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such class */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    record_consent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConsent"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedConsents"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description One of them is no learner of the school */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no consent to withdraw */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_age: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAge"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedAges"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description One of them is no learner of the school */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_consents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": number[];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    own_consent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnConsent"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LearnerConsent"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_consent_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentRule"];
            };
        };
        responses: {
            /** @description It counts from the next question on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_consent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoneConsents"];
            };
        };
        responses: {
            /** @description Taken back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such entry */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something else was written down since */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_erasures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["InvitationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_joining: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Joining"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_joining: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoiningPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Joining"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description They may sign in */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reconsider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description They wait again */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description A user name is taken by now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refuse: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description They wait no more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_waiting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeApiKey"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["KeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_lessons: {
        parameters: {
            query?: {
                /** @description Only this subject. */
                subject?: string | null;
                /** @description Only this language. */
                language?: components["schemas"]["Language"] | null;
                /** @description Only this status. */
                status?: components["schemas"]["LessonStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_copies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CopyList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CopyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CopyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_lessons: {
        parameters: {
            query: {
                /** @description Words or a question. */
                q: string;
                /** @description Only inside this lesson. */
                lesson_id?: components["schemas"]["LessonId"] | null;
                /** @description Passages wanted, 1 to 50; 10 unless said. */
                limit?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sticks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StickList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CopyBody"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StickCopy"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description Nothing of this would become a lesson */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stick_folder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FolderBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StickFolder"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    plan_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChoiceBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StickPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_lesson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadForm"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description The school has these bytes already; `detail` is that lesson's id. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            /** @description Files of this kind can not become lessons */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description The disk is full, or the quota used up */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_upload: {
        parameters: {
            query?: never;
            header: {
                /** @description 1.0.0 */
                "Tus-Resumable": string;
                /** @description Bytes of the file */
                "Upload-Length": number;
                /** @description Keys with texts in base64 */
                "Upload-Metadata": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send the bytes to the address in `Location`. */
            201: {
                headers: {
                    Location?: string;
                    "Upload-Expires"?: string;
                    "Upload-Offset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description Another version of the protocol */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large for its kind */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Files of this kind can not become lessons */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description The disk is full, or the quota used up */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    "Tus-Checksum-Algorithm"?: string;
                    "Tus-Extension"?: string;
                    /** @description Bytes of the largest file of any kind */
                    "Tus-Max-Size"?: number;
                    "Tus-Version"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_upload: {
        parameters: {
            query?: never;
            header: {
                /** @description 1.0.0 */
                "Tus-Resumable": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description Another version of the protocol */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_state: {
        parameters: {
            query?: never;
            header: {
                /** @description 1.0.0 */
                "Tus-Resumable": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The lesson that was made of it */
                    "Bwenge-Lesson"?: string;
                    /** @description The lesson of the same bytes that is there */
                    "Bwenge-Same-As"?: string;
                    "Upload-Expires"?: string;
                    "Upload-Length"?: number;
                    "Upload-Metadata"?: string;
                    "Upload-Offset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description Another version of the protocol */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_piece: {
        parameters: {
            query?: never;
            header: {
                /** @description 1.0.0 */
                "Tus-Resumable": string;
                /** @description Where the bytes belong */
                "Upload-Offset": number;
                /** @description `sha256` or `sha1` and the digest of these bytes in base64 */
                "Upload-Checksum"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": number[];
            };
        };
        responses: {
            204: {
                headers: {
                    /** @description The lesson that was made of it */
                    "Bwenge-Lesson"?: string;
                    /** @description The lesson of the same bytes that is there */
                    "Bwenge-Same-As"?: string;
                    "Upload-Expires"?: string;
                    "Upload-Offset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The bytes belong elsewhere; ask with HEAD. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another version of the protocol */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            /** @description The body is of another type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            /** @description Another request is sending this upload. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            /** @description The bytes are not what the checksum says; send them again. */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The disk is full, or the quota used up */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keep_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description Some of its bytes are missing */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            /** @description Another request is sending it. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            /** @description The quota is used up */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_lesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_lesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_lesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_lesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It is not being read */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_captions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/vtt": string;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_loudness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Loudness"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_original: {
        parameters: {
            query?: {
                /**
                 * @description `1` to show the file in the browser, where its kind allows, instead of
                 *     saving it.
                 */
                inline?: number | null;
            };
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description The stretch of `Range`. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description The asker has this file. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The file has no such stretch; `Content-Range` tells its length. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_picture: {
        parameters: {
            query?: {
                /** @description The page of a PDF, counted from 1; the first unless said. */
                page?: number | null;
                /**
                 * @description Pixels it should have across: drawn at 480, 960 or 1440, whichever
                 *     suffices; 960 unless said. Pictures are never made larger than they are.
                 */
                width?: number | null;
            };
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                };
            };
            /** @description The asker has this picture. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description The lesson has no such page, or none that is drawn. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            /** @description Too many pages are being drawn. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This page can not be drawn. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Drawing took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_poster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                };
            };
            /** @description The asker has this picture. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no picture of the lesson. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It is being read. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_lesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It did not fail */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lesson_text: {
        parameters: {
            query?: {
                /**
                 * @description The first page, slide or section wanted, counted from 1; the first
                 *     unless said.
                 */
                from?: number | null;
                /** @description The last one wanted; the last unless said. */
                to?: number | null;
                /**
                 * @description For staff: also what was left out, and what was read where a teacher
                 *     changed it.
                 */
                edits?: boolean;
            };
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonText"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    correct_text: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["LessonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Corrections"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lesson"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The lesson is being read, or was read anew and has no such block. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_orgs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Orgs"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_org: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrg"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Org"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_org: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["OrgId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Org"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_org: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["OrgId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrgPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Org"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["OrgId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeInvitation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The class is over */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_personas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonaList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_persona: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonaFields"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Persona"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_persona: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PersonaId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Persona"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_persona: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PersonaId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_persona: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PersonaId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonaFields"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Persona"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    persona_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PersonaId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Persona"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_presets: {
        parameters: {
            query: {
                /** @description The language terms are named in. */
                language: "rw" | "en" | "fr" | "sw";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetList"];
                };
            };
            400: components["responses"]["Problem400"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_purpose: {
        parameters: {
            query?: {
                /** @description In which language; Kinyarwanda unless said. */
                language?: "rw" | "en" | "fr" | "sw";
                /** @description Which text; the newest unless said. */
                version?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purpose"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description There is no such text */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rollovers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloverList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    roll_over: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRollover"];
            };
        };
        responses: {
            /** @description Nothing was done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloverPlan"];
                };
            };
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloverPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such term */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_rollover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RolloverId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description A name is taken by now, or more was done since */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolSettings"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SchoolSettingsPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolSettings"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    carry_out_preset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresetChoice"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetDone"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Setup"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            /** @description The box has a school already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_terms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_term: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTerm"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Term"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description The name or a day is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_term: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TermId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description A class belongs to it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_term: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TermId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TermPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Term"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The name or a day is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_trash: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trash"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description Only these; everybody unless said. */
                among?: "everybody" | "staff" | "admin" | "teacher" | "learner";
                /** @description Only those who may sign in, or who may not. */
                active?: boolean;
                /** @description Only those who are not in this class. */
                outside?: components["schemas"]["ClassId"];
                /**
                 * @description Only people with these words, or parts of words, in name, user name or number:
                 *     in any order, without regard to case and accents; up to 200 characters.
                 */
                name?: string;
                /** @description `next` of the page before. */
                from?: number;
                /** @description 1 to 500 people; 60 unless said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Users"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description The user name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsersPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedUsers"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description One of them is nobody of the school */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The last administrator, or somebody who waits for approval */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_people: {
        parameters: {
            query?: {
                /** @description How people are written; a table unless said. */
                form?: "csv" | "oneroster";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/zip": number[];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_list: {
        parameters: {
            query?: {
                /** @description What the file is called. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleImportPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            /** @description Neither a table nor an archive of tables */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description The disk is full */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleImportPlan"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It is being carried out */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_rows: {
        parameters: {
            query?: {
                /** @description Which rows; all unless said. */
                outcome?: "wrong" | "new" | "changed" | "same";
                /** @description `next` of the page before. */
                from?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRows"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartImport"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleImport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It was started, or another one is being carried out */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserIds"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedUsers"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description One of them is not in the trash */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A user name is taken by now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithCodes"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserIds"];
            };
        };
        responses: {
            /** @description In the trash */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description One of them is nobody of the school */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The last administrator */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the trash */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The last administrator */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The last administrator, or changed meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_badge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseUser"];
            };
        };
        responses: {
            /** @description The rows are gone; files follow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description Oneself, the last administrator, or a list is being carried out */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description The disk is full */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_erasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasurePreview"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description Oneself, or the last administrator */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": number[];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_card: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCard"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCard"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description The user name is taken by now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSecret"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GivenSecret"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description None are asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_socket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SocketEvents"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            421: components["responses"]["Problem421"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            421: components["responses"]["Problem421"];
            /** @description Starting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_completion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Completion"];
                    "text/event-stream": components["schemas"]["StreamEvent"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such model */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description The language model is not there */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Completion"];
                    "text/event-stream": components["schemas"]["StreamEvent"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such model */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description The language model is not there */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    embeddings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmbeddingRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmbeddingList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no such model */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description The embedding model is not there */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
