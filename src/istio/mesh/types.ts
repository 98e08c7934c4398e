// Written by scripts/schema: do not edit.

/**
 * The messages of a MeshConfig, as istio.io/api declares them: Go name, type, proto name; then `oneof=NAME` for
 * fields of which one can be set. Their JSON names are the lowerCamelCase of the proto names.
 */
export const meshMessages = `
Certificate
  SecretName string secret_name
  DnsNames []string dns_names
ConfigSource
  Address string address
  TlsSettings istio_networking_v1alpha3_ClientTLSSettings tls_settings
  SubscribedResources []enum:Resource subscribed_resources
LabelSelector
  MatchLabels map:string matchLabels
  MatchExpressions []LabelSelectorRequirement matchExpressions
LabelSelectorRequirement
  Key string key
  Operator string operator
  Values []string values
MeshConfig
  ProxyListenPort int32 proxy_listen_port
  ProxyInboundListenPort int32 proxy_inbound_listen_port
  ProxyHttpPort int32 proxy_http_port
  ConnectTimeout Duration connect_timeout
  HboneIdleTimeout Duration hbone_idle_timeout
  ProtocolDetectionTimeout Duration protocol_detection_timeout
  TcpKeepalive istio_networking_v1alpha3_ConnectionPoolSettings_TCPSettings_TcpKeepalive tcp_keepalive
  IngressClass string ingress_class
  IngressService string ingress_service
  IngressControllerMode enum:MeshConfig_IngressControllerMode ingress_controller_mode
  IngressSelector string ingress_selector
  EnableTracing bool enable_tracing
  AccessLogFile string access_log_file
  AccessLogFormat string access_log_format
  AccessLogEncoding enum:MeshConfig_AccessLogEncoding access_log_encoding
  EnableEnvoyAccessLogService bool enable_envoy_access_log_service
  DisableEnvoyListenerLog bool disable_envoy_listener_log
  DefaultConfig ProxyConfig default_config
  OutboundTrafficPolicy MeshConfig_OutboundTrafficPolicy outbound_traffic_policy
  InboundTrafficPolicy MeshConfig_InboundTrafficPolicy inbound_traffic_policy
  ConfigSources []ConfigSource config_sources
  EnableAutoMtls BoolValue enable_auto_mtls
  TrustDomain string trust_domain
  TrustDomainAliases []string trust_domain_aliases
  CaCertificates []MeshConfig_CertificateData ca_certificates
  DefaultServiceExportTo []string default_service_export_to
  DefaultVirtualServiceExportTo []string default_virtual_service_export_to
  DefaultDestinationRuleExportTo []string default_destination_rule_export_to
  RootNamespace string root_namespace
  LocalityLbSetting istio_networking_v1alpha3_LocalityLoadBalancerSetting locality_lb_setting
  ZoneAwareLbSetting istio_networking_v1alpha3_ZoneAwareLoadBalancerSetting zone_aware_lb_setting
  DnsRefreshRate Duration dns_refresh_rate
  H2UpgradePolicy enum:MeshConfig_H2UpgradePolicy h2_upgrade_policy
  InboundClusterStatName string inbound_cluster_stat_name
  OutboundClusterStatName string outbound_cluster_stat_name
  Certificates []Certificate certificates
  ServiceSettings []MeshConfig_ServiceSettings service_settings
  ServiceScopeConfigs []MeshConfig_ServiceScopeConfigs service_scope_configs
  EnablePrometheusMerge BoolValue enable_prometheus_merge
  VerifyCertificateAtClient BoolValue verify_certificate_at_client
  Ca MeshConfig_CA ca
  ExtensionProviders []MeshConfig_ExtensionProvider extension_providers
  DefaultProviders MeshConfig_DefaultProviders default_providers
  DiscoverySelectors []LabelSelector discovery_selectors
  PathNormalization MeshConfig_ProxyPathNormalization path_normalization
  DefaultHttpRetryPolicy istio_networking_v1alpha3_HTTPRetry default_http_retry_policy
  MeshMTLS MeshConfig_TLSConfig mesh_mTLS
  TlsDefaults MeshConfig_TLSConfig tls_defaults
  DefaultTrafficPolicy MeshConfig_DefaultTrafficPolicy default_traffic_policy
  ServiceEntryVisibility ServiceEntryVisibility service_entry_visibility
MeshConfig_CA
  Address string address
  TlsSettings istio_networking_v1alpha3_ClientTLSSettings tls_settings
  RequestTimeout Duration request_timeout
  IstiodSide bool istiod_side
MeshConfig_CertificateData
  Pem string pem oneof=CertificateData
  SpiffeBundleUrl string spiffe_bundle_url oneof=CertificateData
  CertSigners []string cert_signers
  TrustDomains []string trust_domains
MeshConfig_DefaultProviders
  Tracing []string tracing
  Metrics []string metrics
  AccessLogging []string access_logging
MeshConfig_DefaultTrafficPolicy
  ConnectionPool istio_networking_v1alpha3_ConnectionPoolSettings connection_pool
  OutlierDetection istio_networking_v1alpha3_OutlierDetection outlier_detection
MeshConfig_ExtensionProvider
  Name string name
  EnvoyExtAuthzHttp MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider envoy_ext_authz_http oneof=Provider
  EnvoyExtAuthzGrpc MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider envoy_ext_authz_grpc oneof=Provider
  Zipkin MeshConfig_ExtensionProvider_ZipkinTracingProvider zipkin oneof=Provider
  Lightstep MeshConfig_ExtensionProvider_LightstepTracingProvider lightstep oneof=Provider
  Datadog MeshConfig_ExtensionProvider_DatadogTracingProvider datadog oneof=Provider
  Stackdriver MeshConfig_ExtensionProvider_StackdriverProvider stackdriver oneof=Provider
  Opencensus MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider opencensus oneof=Provider
  Skywalking MeshConfig_ExtensionProvider_SkyWalkingTracingProvider skywalking oneof=Provider
  Opentelemetry MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider opentelemetry oneof=Provider
  Prometheus MeshConfig_ExtensionProvider_PrometheusMetricsProvider prometheus oneof=Provider
  EnvoyFileAccessLog MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider envoy_file_access_log oneof=Provider
  EnvoyHttpAls MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider envoy_http_als oneof=Provider
  EnvoyTcpAls MeshConfig_ExtensionProvider_EnvoyTcpGrpcV3LogProvider envoy_tcp_als oneof=Provider
  EnvoyOtelAls MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider envoy_otel_als oneof=Provider
  Sds MeshConfig_ExtensionProvider_SDSProvider sds oneof=Provider
MeshConfig_ExtensionProvider_DatadogTracingProvider
  Service string service
  Port uint32 port
  MaxTagLength uint32 max_tag_length
MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationGrpcProvider
  Service string service
  Port uint32 port
  Timeout Duration timeout
  FailOpen bool fail_open
  ClearRouteCache bool clear_route_cache
  StatusOnError string status_on_error
  IncludeRequestBodyInCheck MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody include_request_body_in_check
MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider
  Service string service
  Port uint32 port
  Timeout Duration timeout
  PathPrefix string path_prefix
  FailOpen bool fail_open
  ClearRouteCache bool clear_route_cache
  StatusOnError string status_on_error
  IncludeHeadersInCheck []string include_headers_in_check
  IncludeRequestHeadersInCheck []string include_request_headers_in_check
  IncludeAdditionalHeadersInCheck map:string include_additional_headers_in_check
  IncludeRequestBodyInCheck MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody include_request_body_in_check
  HeadersToUpstreamOnAllow []string headers_to_upstream_on_allow
  HeadersToDownstreamOnDeny []string headers_to_downstream_on_deny
  HeadersToDownstreamOnAllow []string headers_to_downstream_on_allow
MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationRequestBody
  MaxRequestBytes uint32 max_request_bytes
  AllowPartialMessage bool allow_partial_message
  PackAsBytes bool pack_as_bytes
MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider
  Path string path
  LogFormat MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_LogFormat log_format
  OmitEmptyValues bool omit_empty_values
MeshConfig_ExtensionProvider_EnvoyFileAccessLogProvider_LogFormat
  Text string text oneof=LogFormat
  Labels Struct labels oneof=LogFormat
MeshConfig_ExtensionProvider_EnvoyHttpGrpcV3LogProvider
  Service string service
  Port uint32 port
  LogName string log_name
  FilterStateObjectsToLog []string filter_state_objects_to_log
  AdditionalRequestHeadersToLog []string additional_request_headers_to_log
  AdditionalResponseHeadersToLog []string additional_response_headers_to_log
  AdditionalResponseTrailersToLog []string additional_response_trailers_to_log
MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider
  Service string service
  Port uint32 port
  LogName string log_name
  LogFormat MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_LogFormat log_format
MeshConfig_ExtensionProvider_EnvoyOpenTelemetryLogProvider_LogFormat
  Text string text
  Labels Struct labels
MeshConfig_ExtensionProvider_EnvoyTcpGrpcV3LogProvider
  Service string service
  Port uint32 port
  LogName string log_name
  FilterStateObjectsToLog []string filter_state_objects_to_log
MeshConfig_ExtensionProvider_GrpcService
  Timeout Duration timeout
  InitialMetadata []MeshConfig_ExtensionProvider_HttpHeader initial_metadata
MeshConfig_ExtensionProvider_HttpHeader
  Name string name
  Value string value oneof=HeaderValue
  EnvName string env_name oneof=HeaderValue
MeshConfig_ExtensionProvider_HttpService
  Path string path
  Timeout Duration timeout
  Headers []MeshConfig_ExtensionProvider_HttpHeader headers
MeshConfig_ExtensionProvider_LightstepTracingProvider
  Service string service
  Port uint32 port
  AccessToken string access_token
  MaxTagLength uint32 max_tag_length
MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider
  Service string service
  Port uint32 port
  Context []enum:MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext context
  MaxTagLength uint32 max_tag_length
MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider
  Service string service
  Port uint32 port
  MaxTagLength uint32 max_tag_length
  Http MeshConfig_ExtensionProvider_HttpService http
  Grpc MeshConfig_ExtensionProvider_GrpcService grpc
  ResourceDetectors MeshConfig_ExtensionProvider_ResourceDetectors resource_detectors
  ServiceAttributeEnrichment enum:MeshConfig_ExtensionProvider_ServiceAttributeEnrichment service_attribute_enrichment
  DynatraceSampler MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler dynatrace_sampler oneof=Sampling
MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler
  Tenant string tenant
  ClusterId int32 cluster_id
  RootSpansPerMinute uint32 root_spans_per_minute
  HttpService MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_DynatraceApi http_service
MeshConfig_ExtensionProvider_OpenTelemetryTracingProvider_DynatraceSampler_DynatraceApi
  Service string service
  Port uint32 port
  Http MeshConfig_ExtensionProvider_HttpService http
MeshConfig_ExtensionProvider_PrometheusMetricsProvider
MeshConfig_ExtensionProvider_ResourceDetectors
  Environment MeshConfig_ExtensionProvider_ResourceDetectors_EnvironmentResourceDetector environment
  Dynatrace MeshConfig_ExtensionProvider_ResourceDetectors_DynatraceResourceDetector dynatrace
MeshConfig_ExtensionProvider_ResourceDetectors_DynatraceResourceDetector
MeshConfig_ExtensionProvider_ResourceDetectors_EnvironmentResourceDetector
MeshConfig_ExtensionProvider_SDSProvider
  Name string name
  Service string service
  Port uint32 port
MeshConfig_ExtensionProvider_SkyWalkingTracingProvider
  Service string service
  Port uint32 port
  AccessToken string access_token
MeshConfig_ExtensionProvider_StackdriverProvider
  Debug bool debug
  MaxNumberOfAttributes Int64Value max_number_of_attributes
  MaxNumberOfAnnotations Int64Value max_number_of_annotations
  MaxNumberOfMessageEvents Int64Value max_number_of_message_events
  MaxTagLength uint32 max_tag_length
  Logging MeshConfig_ExtensionProvider_StackdriverProvider_Logging logging
MeshConfig_ExtensionProvider_StackdriverProvider_Logging
  Labels map:string labels
MeshConfig_ExtensionProvider_ZipkinTracingProvider
  Service string service
  Port uint32 port
  MaxTagLength uint32 max_tag_length
  Enable64bitTraceId bool enable_64bit_trace_id
  Path string path
  TraceContextOption enum:MeshConfig_ExtensionProvider_ZipkinTracingProvider_TraceContextOption trace_context_option
  Timeout Duration timeout
  Headers []MeshConfig_ExtensionProvider_HttpHeader headers
MeshConfig_InboundTrafficPolicy
  Mode enum:MeshConfig_InboundTrafficPolicy_Mode mode
MeshConfig_OutboundTrafficPolicy
  Mode enum:MeshConfig_OutboundTrafficPolicy_Mode mode
  Tls istio_networking_v1alpha3_ClientTLSSettings tls
MeshConfig_ProxyPathNormalization
  Normalization enum:MeshConfig_ProxyPathNormalization_NormalizationType normalization
MeshConfig_ServiceScopeConfigs
  NamespaceSelector LabelSelector namespace_selector
  ServicesSelector LabelSelector services_selector
  Scope enum:MeshConfig_ServiceScopeConfigs_Scope scope
MeshConfig_ServiceSettings
  Settings MeshConfig_ServiceSettings_Settings settings
  Hosts []string hosts
MeshConfig_ServiceSettings_Settings
  ClusterLocal bool cluster_local
MeshConfig_TLSConfig
  MinProtocolVersion enum:MeshConfig_TLSConfig_TLSProtocol min_protocol_version
  EcdhCurves []string ecdh_curves
  CipherSuites []string cipher_suites
PrivateKeyProvider
  Cryptomb PrivateKeyProvider_CryptoMb cryptomb oneof=Provider
  Qat PrivateKeyProvider_QAT qat oneof=Provider
PrivateKeyProvider_CryptoMb
  PollDelay Duration poll_delay
  Fallback BoolValue fallback
PrivateKeyProvider_QAT
  PollDelay Duration poll_delay
  Fallback BoolValue fallback
ProxyConfig
  ConfigPath string config_path
  BinaryPath string binary_path
  ServiceCluster string service_cluster oneof=ClusterName
  TracingServiceName enum:ProxyConfig_TracingServiceName tracing_service_name oneof=ClusterName
  DrainDuration Duration drain_duration
  DiscoveryAddress string discovery_address
  DiscoveryRefreshDelay Duration discovery_refresh_delay
  ZipkinAddress string zipkin_address
  StatsdUdpAddress string statsd_udp_address
  EnvoyMetricsServiceAddress string envoy_metrics_service_address
  ProxyAdminPort int32 proxy_admin_port
  AvailabilityZone string availability_zone
  ControlPlaneAuthPolicy enum:AuthenticationPolicy control_plane_auth_policy
  CustomConfigFile string custom_config_file
  StatNameLength int32 stat_name_length
  Concurrency Int32Value concurrency
  ProxyBootstrapTemplatePath string proxy_bootstrap_template_path
  InterceptionMode enum:ProxyConfig_InboundInterceptionMode interception_mode
  Tracing Tracing tracing
  Sds SDS sds
  EnvoyAccessLogService RemoteService envoy_access_log_service
  EnvoyMetricsService RemoteService envoy_metrics_service
  ProxyMetadata map:string proxy_metadata
  RuntimeValues map:string runtime_values
  StatusPort int32 status_port
  ExtraStatTags []string extra_stat_tags
  GatewayTopology Topology gateway_topology
  TerminationDrainDuration Duration termination_drain_duration
  MeshId string mesh_id
  ReadinessProbe istio_networking_v1alpha3_ReadinessProbe readiness_probe
  ProxyStatsMatcher ProxyConfig_ProxyStatsMatcher proxy_stats_matcher
  HoldApplicationUntilProxyStarts BoolValue hold_application_until_proxy_starts
  CaCertificatesPem []string ca_certificates_pem
  Image istio_networking_v1beta1_ProxyImage image
  PrivateKeyProvider PrivateKeyProvider private_key_provider
  ProxyHeaders ProxyConfig_ProxyHeaders proxy_headers
  FileFlushInterval Duration file_flush_interval
  FileFlushMinSizeKb uint32 file_flush_min_size_kb
  StatsCompression BoolValue stats_compression
  ConnectionSettings ProxyConfig_ConnectionSettings connection_settings
ProxyConfig_ConnectionSettings
  Profile enum:ProxyConfig_ConnectionSettings_Profile profile
  ListenerPerConnectionBufferLimitBytes Int32Value listener_per_connection_buffer_limit_bytes
  ClusterPerConnectionBufferLimitBytes Int32Value cluster_per_connection_buffer_limit_bytes
  HttpIdleTimeout Duration http_idle_timeout
  HttpMaxConnectionDuration Duration http_max_connection_duration
  HttpDrainTimeout Duration http_drain_timeout
  HttpRequestTimeout Duration http_request_timeout
  HttpRequestHeadersTimeout Duration http_request_headers_timeout
  HttpStreamIdleTimeout Duration http_stream_idle_timeout
  HttpMaxStreamDuration Duration http_max_stream_duration
  HttpMaxConcurrentStreams Int32Value http_max_concurrent_streams
  Http2InitialStreamWindowSize Int32Value http2_initial_stream_window_size
  Http2InitialConnectionWindowSize Int32Value http2_initial_connection_window_size
  HttpHeadersWithUnderscoresAction enum:ProxyConfig_ConnectionSettings_HeadersWithUnderscoresAction http_headers_with_underscores_action
  HttpMergeSlashes BoolValue http_merge_slashes
  HttpPathWithEscapedSlashesAction enum:ProxyConfig_ConnectionSettings_PathWithEscapedSlashesAction http_path_with_escaped_slashes_action
  ListenerConnectionLimit Int32Value listener_connection_limit
  GlobalDownstreamConnectionLimit Int32Value global_downstream_connection_limit
ProxyConfig_ProxyHeaders
  ForwardedClientCert enum:ForwardClientCertDetails forwarded_client_cert
  SetCurrentClientCertDetails ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails set_current_client_cert_details
  RequestId ProxyConfig_ProxyHeaders_RequestId request_id
  Server ProxyConfig_ProxyHeaders_Server server
  AttemptCount ProxyConfig_ProxyHeaders_AttemptCount attempt_count
  EnvoyDebugHeaders ProxyConfig_ProxyHeaders_EnvoyDebugHeaders envoy_debug_headers
  MetadataExchangeHeaders ProxyConfig_ProxyHeaders_MetadataExchangeHeaders metadata_exchange_headers
  PreserveHttp1HeaderCase BoolValue preserve_http1_header_case
  XForwardedHost ProxyConfig_ProxyHeaders_XForwardedHost x_forwarded_host
  XForwardedPort ProxyConfig_ProxyHeaders_XForwardedPort x_forwarded_port
ProxyConfig_ProxyHeaders_AttemptCount
  Disabled BoolValue disabled
ProxyConfig_ProxyHeaders_EnvoyDebugHeaders
  Disabled BoolValue disabled
ProxyConfig_ProxyHeaders_MetadataExchangeHeaders
  Mode enum:ProxyConfig_ProxyHeaders_MetadataExchangeMode mode
ProxyConfig_ProxyHeaders_RequestId
  Disabled BoolValue disabled
ProxyConfig_ProxyHeaders_Server
  Disabled BoolValue disabled
  Value string value
ProxyConfig_ProxyHeaders_SetCurrentClientCertDetails
  Subject BoolValue subject
  Cert BoolValue cert
  Chain BoolValue chain
  Dns BoolValue dns
  Uri BoolValue uri
ProxyConfig_ProxyHeaders_XForwardedHost
  Enabled BoolValue enabled
ProxyConfig_ProxyHeaders_XForwardedPort
  Enabled BoolValue enabled
ProxyConfig_ProxyStatsMatcher
  InclusionPrefixes []string inclusion_prefixes
  InclusionSuffixes []string inclusion_suffixes
  InclusionRegexps []string inclusion_regexps
RemoteService
  Address string address
  TlsSettings istio_networking_v1alpha3_ClientTLSSettings tls_settings
  TcpKeepalive istio_networking_v1alpha3_ConnectionPoolSettings_TCPSettings_TcpKeepalive tcp_keepalive
SDS
  Enabled bool enabled
  K8sSaJwtPath string k8s_sa_jwt_path
ServiceEntryVisibility
  DefaultVisibility enum:ServiceEntryVisibility_Visibility default_visibility
  ApplyToSidecars bool apply_to_sidecars
  Policies []ServiceEntryVisibility_Policy policies
ServiceEntryVisibility_MatchRule
  NamespaceSelector LabelSelector namespace_selector oneof=Matcher
ServiceEntryVisibility_Policy
  Visibility enum:ServiceEntryVisibility_Visibility visibility
  MatchingRules []ServiceEntryVisibility_MatchRule matching_rules
Topology
  NumTrustedProxies uint32 num_trusted_proxies
  ForwardClientCertDetails enum:ForwardClientCertDetails forward_client_cert_details
  ProxyProtocol Topology_ProxyProtocolConfiguration proxy_protocol
Topology_ProxyProtocolConfiguration
Tracing
  Zipkin Tracing_Zipkin zipkin oneof=Tracer
  Lightstep Tracing_Lightstep lightstep oneof=Tracer
  Datadog Tracing_Datadog datadog oneof=Tracer
  Stackdriver Tracing_Stackdriver stackdriver oneof=Tracer
  OpenCensusAgent Tracing_OpenCensusAgent open_census_agent oneof=Tracer
  CustomTags map:Tracing_CustomTag custom_tags
  MaxPathTagLength uint32 max_path_tag_length
  Sampling double sampling
  TlsSettings istio_networking_v1alpha3_ClientTLSSettings tls_settings
  EnableIstioTags BoolValue enable_istio_tags
Tracing_CustomTag
  Literal Tracing_Literal literal oneof=Type
  Environment Tracing_Environment environment oneof=Type
  Header Tracing_RequestHeader header oneof=Type
Tracing_Datadog
  Address string address
Tracing_Environment
  Name string name
  DefaultValue string default_value
Tracing_Lightstep
  Address string address
  AccessToken string access_token
Tracing_Literal
  Value string value
Tracing_OpenCensusAgent
  Address string address
  Context []enum:Tracing_OpenCensusAgent_TraceContext context
Tracing_RequestHeader
  Name string name
  DefaultValue string default_value
Tracing_Stackdriver
  Debug bool debug
  MaxNumberOfAttributes Int64Value max_number_of_attributes
  MaxNumberOfAnnotations Int64Value max_number_of_annotations
  MaxNumberOfMessageEvents Int64Value max_number_of_message_events
Tracing_Zipkin
  Address string address
istio_networking_v1alpha3_ClientTLSSettings
  Mode enum:istio_networking_v1alpha3_ClientTLSSettings_TLSmode mode
  ClientCertificate string client_certificate
  PrivateKey string private_key
  CaCertificates string ca_certificates
  CredentialName string credential_name
  SubjectAltNames []string subject_alt_names
  Sni string sni
  InsecureSkipVerify BoolValue insecure_skip_verify
  CaCrl string ca_crl
istio_networking_v1alpha3_ConnectionPoolSettings
  Tcp istio_networking_v1alpha3_ConnectionPoolSettings_TCPSettings tcp
  Http istio_networking_v1alpha3_ConnectionPoolSettings_HTTPSettings http
istio_networking_v1alpha3_ConnectionPoolSettings_HTTPSettings
  Http1MaxPendingRequests int32 http1_max_pending_requests
  Http2MaxRequests int32 http2_max_requests
  MaxRequestsPerConnection int32 max_requests_per_connection
  MaxRetries int32 max_retries
  IdleTimeout Duration idle_timeout
  H2UpgradePolicy enum:istio_networking_v1alpha3_ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy h2_upgrade_policy
  UseClientProtocol bool use_client_protocol
  MaxConcurrentStreams int32 max_concurrent_streams
  Http2KeepAlive istio_networking_v1alpha3_ConnectionPoolSettings_HTTPSettings_ConnectionKeepalive http2_keep_alive
istio_networking_v1alpha3_ConnectionPoolSettings_HTTPSettings_ConnectionKeepalive
  Interval Duration interval
  Timeout Duration timeout
istio_networking_v1alpha3_ConnectionPoolSettings_TCPSettings
  MaxConnections int32 max_connections
  ConnectTimeout Duration connect_timeout
  TcpKeepalive istio_networking_v1alpha3_ConnectionPoolSettings_TCPSettings_TcpKeepalive tcp_keepalive
  MaxConnectionDuration Duration max_connection_duration
  IdleTimeout Duration idle_timeout
istio_networking_v1alpha3_ConnectionPoolSettings_TCPSettings_TcpKeepalive
  Probes uint32 probes
  Time Duration time
  Interval Duration interval
istio_networking_v1alpha3_ExecHealthCheckConfig
  Command []string command
istio_networking_v1alpha3_GrpcHealthCheckConfig
  Port uint32 port
  Service string service
istio_networking_v1alpha3_HTTPHeader
  Name string name
  Value string value
istio_networking_v1alpha3_HTTPHealthCheckConfig
  Path string path
  Port uint32 port
  Host string host
  Scheme string scheme
  HttpHeaders []istio_networking_v1alpha3_HTTPHeader http_headers
istio_networking_v1alpha3_HTTPRetry
  Attempts int32 attempts
  PerTryTimeout Duration per_try_timeout
  RetryOn string retry_on
  RetryRemoteLocalities BoolValue retry_remote_localities
  RetryIgnorePreviousHosts BoolValue retry_ignore_previous_hosts
  Backoff Duration backoff
istio_networking_v1alpha3_LocalityLoadBalancerSetting
  Distribute []istio_networking_v1alpha3_LocalityLoadBalancerSetting_Distribute distribute
  Failover []istio_networking_v1alpha3_LocalityLoadBalancerSetting_Failover failover
  FailoverPriority []string failover_priority
  Enabled BoolValue enabled
istio_networking_v1alpha3_LocalityLoadBalancerSetting_Distribute
  From string from
  To map:uint32 to
istio_networking_v1alpha3_LocalityLoadBalancerSetting_Failover
  From string from
  To string to
istio_networking_v1alpha3_OutlierDetection
  ConsecutiveErrors int32 consecutive_errors
  SplitExternalLocalOriginErrors bool split_external_local_origin_errors
  ConsecutiveLocalOriginFailures UInt32Value consecutive_local_origin_failures
  ConsecutiveGatewayErrors UInt32Value consecutive_gateway_errors
  Consecutive5xxErrors UInt32Value consecutive_5xx_errors
  Interval Duration interval
  BaseEjectionTime Duration base_ejection_time
  MaxEjectionPercent int32 max_ejection_percent
  MinHealthPercent int32 min_health_percent
  OutlierDetectionHttpErrorCodes []uint32 outlier_detection_http_error_codes
istio_networking_v1alpha3_ReadinessProbe
  InitialDelaySeconds int32 initial_delay_seconds
  TimeoutSeconds int32 timeout_seconds
  PeriodSeconds int32 period_seconds
  SuccessThreshold int32 success_threshold
  FailureThreshold int32 failure_threshold
  HttpGet istio_networking_v1alpha3_HTTPHealthCheckConfig http_get oneof=HealthCheckMethod
  TcpSocket istio_networking_v1alpha3_TCPHealthCheckConfig tcp_socket oneof=HealthCheckMethod
  Exec istio_networking_v1alpha3_ExecHealthCheckConfig exec oneof=HealthCheckMethod
  Grpc istio_networking_v1alpha3_GrpcHealthCheckConfig grpc oneof=HealthCheckMethod
istio_networking_v1alpha3_TCPHealthCheckConfig
  Host string host
  Port uint32 port
istio_networking_v1alpha3_ZoneAwareLoadBalancerSetting
  Enabled BoolValue enabled
  Failover []istio_networking_v1alpha3_ZoneAwareLoadBalancerSetting_Failover failover
  FailoverPriority []string failover_priority
  MinClusterSize UInt32Value min_cluster_size
istio_networking_v1alpha3_ZoneAwareLoadBalancerSetting_Failover
  From string from
  To string to
istio_networking_v1beta1_ProxyImage
  ImageType string image_type
`

/** The enums of these messages: `NAME=NUMBER` for each value, the zero value first. */
export const meshEnums = `
AuthenticationPolicy
  NONE=0
  MUTUAL_TLS=1
  INHERIT=1000
ForwardClientCertDetails
  UNDEFINED=0
  SANITIZE=1
  FORWARD_ONLY=2
  APPEND_FORWARD=3
  SANITIZE_SET=4
  ALWAYS_FORWARD_ONLY=5
MeshConfig_AccessLogEncoding
  TEXT=0
  JSON=1
MeshConfig_ExtensionProvider_OpenCensusAgentTracingProvider_TraceContext
  UNSPECIFIED=0
  W3C_TRACE_CONTEXT=1
  GRPC_BIN=2
  CLOUD_TRACE_CONTEXT=3
  B3=4
MeshConfig_ExtensionProvider_ServiceAttributeEnrichment
  ISTIO_CANONICAL=0
  OTEL_SEMANTIC_CONVENTIONS=1
MeshConfig_ExtensionProvider_ZipkinTracingProvider_TraceContextOption
  USE_B3=0
  USE_B3_WITH_W3C_PROPAGATION=1
MeshConfig_H2UpgradePolicy
  DO_NOT_UPGRADE=0
  UPGRADE=1
MeshConfig_InboundTrafficPolicy_Mode
  PASSTHROUGH=0
  LOCALHOST=1
MeshConfig_IngressControllerMode
  UNSPECIFIED=0
  OFF=1
  DEFAULT=2
  STRICT=3
MeshConfig_OutboundTrafficPolicy_Mode
  REGISTRY_ONLY=0
  ALLOW_ANY=1
  ALLOW_ANY_DYNAMIC_DNS=3
MeshConfig_ProxyPathNormalization_NormalizationType
  DEFAULT=0
  NONE=1
  BASE=2
  MERGE_SLASHES=3
  DECODE_AND_MERGE_SLASHES=4
MeshConfig_ServiceScopeConfigs_Scope
  LOCAL=0
  GLOBAL=1
MeshConfig_TLSConfig_TLSProtocol
  TLS_AUTO=0
  TLSV1_2=1
  TLSV1_3=2
ProxyConfig_ConnectionSettings_HeadersWithUnderscoresAction
  HEADERS_WITH_UNDERSCORES_UNSPECIFIED=0
  HEADERS_WITH_UNDERSCORES_ALLOW=1
  HEADERS_WITH_UNDERSCORES_REJECT_REQUEST=2
  HEADERS_WITH_UNDERSCORES_DROP_HEADER=3
ProxyConfig_ConnectionSettings_PathWithEscapedSlashesAction
  PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED=0
  KEEP_UNCHANGED=1
  REJECT_REQUEST=2
  UNESCAPE_AND_REDIRECT=3
  UNESCAPE_AND_FORWARD=4
ProxyConfig_ConnectionSettings_Profile
  SIDECAR=0
  EDGE=1
ProxyConfig_InboundInterceptionMode
  REDIRECT=0
  TPROXY=1
  NONE=2
ProxyConfig_ProxyHeaders_MetadataExchangeMode
  UNDEFINED=0
  IN_MESH=1
ProxyConfig_TracingServiceName
  APP_LABEL_AND_NAMESPACE=0
  CANONICAL_NAME_ONLY=1
  CANONICAL_NAME_AND_NAMESPACE=2
Resource
  SERVICE_REGISTRY=0
ServiceEntryVisibility_Visibility
  VISIBILITY_UNSPECIFIED=0
  NONE=1
  NAMESPACE=2
  PUBLIC=3
Tracing_OpenCensusAgent_TraceContext
  UNSPECIFIED=0
  W3C_TRACE_CONTEXT=1
  GRPC_BIN=2
  CLOUD_TRACE_CONTEXT=3
  B3=4
istio_networking_v1alpha3_ClientTLSSettings_TLSmode
  DISABLE=0
  SIMPLE=1
  MUTUAL=2
  ISTIO_MUTUAL=3
istio_networking_v1alpha3_ConnectionPoolSettings_HTTPSettings_H2UpgradePolicy
  DEFAULT=0
  DO_NOT_UPGRADE=1
  UPGRADE=2
`
