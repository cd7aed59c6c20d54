"""buf's rules: what they are called, and at which of its categories each of them counts (buf 1.75, ``buf config ls-breaking-rules``)."""

from __future__ import annotations

from countersign.model.profile import ProtobufProfile

_FILE, _PACKAGE = frozenset({ProtobufProfile.FILE}), frozenset({ProtobufProfile.PACKAGE})
_CODE = _FILE | _PACKAGE
_JSON = _CODE | {ProtobufProfile.WIRE_JSON}
_ALL = frozenset(ProtobufProfile)
_ONLY_JSON, _ONLY_WIRE = frozenset({ProtobufProfile.WIRE_JSON}), frozenset({ProtobufProfile.WIRE})
_UNLESS_RESERVED = frozenset({ProtobufProfile.WIRE_JSON, ProtobufProfile.WIRE})

#: Options of a file of which each has a rule of its own.
FILE_OPTIONS = (
    *("cc_enable_arenas", "cc_generic_services", "csharp_namespace", "go_package", "java_generic_services", "java_multiple_files"),
    *("java_outer_classname", "java_package", "objc_class_prefix", "optimize_for", "php_class_prefix", "php_metadata_namespace"),
    *("php_namespace", "py_generic_services", "ruby_package", "swift_prefix"),
)

#: id -> the profiles in which it counts.
RULES: dict[str, frozenset[ProtobufProfile]] = {
    **{f"{kind}_NO_DELETE": _FILE for kind in ("ENUM", "EXTENSION", "FILE", "MESSAGE", "SERVICE")},
    **{f"PACKAGE_{kind}NO_DELETE": _PACKAGE for kind in ("ENUM_", "EXTENSION_", "MESSAGE_", "", "SERVICE_")},
    **{f"FILE_SAME_{option.upper()}": _CODE for option in FILE_OPTIONS},
    "FILE_SAME_SYNTAX": _CODE,
    "FILE_SAME_PACKAGE": _ALL,
    "ENUM_SAME_TYPE": _CODE,
    "ENUM_SAME_JSON_FORMAT": _JSON,
    "ENUM_VALUE_NO_DELETE": _CODE,
    "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED": _ONLY_JSON,
    "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED": _UNLESS_RESERVED,
    "ENUM_VALUE_SAME_NAME": _JSON,
    "EXTENSION_MESSAGE_NO_DELETE": _CODE,
    "FIELD_NO_DELETE": _CODE,
    "FIELD_NO_DELETE_UNLESS_NAME_RESERVED": _ONLY_JSON,
    "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED": _UNLESS_RESERVED,
    "FIELD_SAME_CARDINALITY": _CODE,
    "FIELD_SAME_CPP_STRING_TYPE": _CODE,
    "FIELD_SAME_DEFAULT": _ALL,
    "FIELD_SAME_JAVA_UTF8_VALIDATION": _CODE,
    "FIELD_SAME_JSON_NAME": _JSON,
    "FIELD_SAME_JSTYPE": _CODE,
    "FIELD_SAME_NAME": _JSON,
    "FIELD_SAME_ONEOF": _ALL,
    "FIELD_SAME_TYPE": _CODE,
    "FIELD_SAME_UTF8_VALIDATION": _CODE,
    "FIELD_WIRE_COMPATIBLE_CARDINALITY": _ONLY_WIRE,
    "FIELD_WIRE_COMPATIBLE_TYPE": _ONLY_WIRE,
    "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY": _ONLY_JSON,
    "FIELD_WIRE_JSON_COMPATIBLE_TYPE": _ONLY_JSON,
    "MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR": _CODE,
    "MESSAGE_SAME_JSON_FORMAT": _JSON,
    "MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT": frozenset(),  # in no category; buf has it for those who name it
    "MESSAGE_SAME_REQUIRED_FIELDS": _ALL,
    "ONEOF_NO_DELETE": _CODE,
    "RESERVED_ENUM_NO_DELETE": _ALL,
    "RESERVED_MESSAGE_NO_DELETE": _ALL,
    "RPC_NO_DELETE": _CODE,
    "RPC_SAME_CLIENT_STREAMING": _ALL,
    "RPC_SAME_IDEMPOTENCY_LEVEL": _ALL,
    "RPC_SAME_REQUEST_TYPE": _ALL,
    "RPC_SAME_RESPONSE_TYPE": _ALL,
    "RPC_SAME_SERVER_STREAMING": _ALL,
}

TYPE = ("FIELD_SAME_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE")
CARDINALITY = ("FIELD_SAME_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "FIELD_WIRE_COMPATIBLE_CARDINALITY")
#: Constraint -> the rule that speaks of it.
BY_CONSTRAINT: dict[str, tuple[str, ...]] = {
    **{option: (f"FILE_SAME_{option.upper()}",) for option in FILE_OPTIONS},
    "syntax": ("FILE_SAME_SYNTAX",),
    "package": ("FILE_SAME_PACKAGE", "PACKAGE_NO_DELETE"),
    "extensions": ("EXTENSION_MESSAGE_NO_DELETE",),
    "oneofs": ("ONEOF_NO_DELETE",),
    "messageSet": ("MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT",),
    "noStandardDescriptorAccessor": ("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR",),
    "number": ("FIELD_NO_DELETE", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED"),
    "extends": ("EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE"),
    "oneof": ("FIELD_SAME_ONEOF",),
    "presence": ("FIELD_SAME_CARDINALITY",),
    "jsonName": ("FIELD_SAME_JSON_NAME",),
    "jstype": ("FIELD_SAME_JSTYPE",),
    "cppStringType": ("FIELD_SAME_CPP_STRING_TYPE",),
    "utf8": ("FIELD_SAME_UTF8_VALIDATION", "FIELD_SAME_JAVA_UTF8_VALIDATION"),
    "javaUtf8": ("FIELD_SAME_JAVA_UTF8_VALIDATION",),
    "keyType": TYPE,
    "typeName": TYPE,
    "encoding": TYPE,
    "request": ("RPC_SAME_REQUEST_TYPE",),
    "response": ("RPC_SAME_RESPONSE_TYPE",),
    "clientStreaming": ("RPC_SAME_CLIENT_STREAMING",),
    "serverStreaming": ("RPC_SAME_SERVER_STREAMING",),
    "idempotencyLevel": ("RPC_SAME_IDEMPOTENCY_LEVEL",),
}
