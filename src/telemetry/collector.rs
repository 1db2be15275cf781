//! Sends spans to a collector: OTLP, as protobuf, over HTTP.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanExporter,
};
use prost::Message;

use super::spans;

/// Spans that wait to be sent; more are dropped.
const QUEUE: usize = 4096;
/// Spans in one request at most.
const BATCH: usize = 512;
const EVERY: Duration = Duration::from_secs(2);
/// From connecting to the last byte of the answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Everything that makes spans and sends them to the collector at `address`.
pub(super) fn provider(address: SocketAddr) -> SdkTracerProvider {
    let resource = Resource::builder_empty()
        .with_service_name("bwenge")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let queue = BatchConfigBuilder::default()
        .with_max_queue_size(QUEUE)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(EVERY)
        .build();
    let sending = BatchSpanProcessor::builder(Collector::new(address, &resource))
        .with_batch_config(queue)
        .build();
    SdkTracerProvider::builder()
        .with_sampler(Sampler::AlwaysOn)
        .with_resource(resource)
        .with_span_processor(sending)
        .build()
}

/// The way to a collector. Its calls block, on the thread that batches.
#[derive(Debug)]
struct Collector {
    agent: ureq::Agent,
    url: String,
    resource: ResourceAttributesWithSchema,
    /// The last spans were not taken, which was told.
    refused: AtomicBool,
}

impl Collector {
    fn new(address: SocketAddr, resource: &Resource) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            // The environment may name one; the collector is near.
            .proxy(None)
            .build();
        Self {
            agent: agent.into(),
            url: format!("http://{address}/v1/traces"),
            resource: resource.into(),
            refused: AtomicBool::new(false),
        }
    }
}

impl SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.into_iter().filter_map(spans::prepared).collect();
        let message = ExportTraceServiceRequest {
            resource_spans: group_spans_by_resource_and_scope(spans, &self.resource),
        };
        let sent = self
            .agent
            .post(&self.url)
            .content_type("application/x-protobuf")
            .send(message.encode_to_vec());
        match sent {
            Ok(_) => {
                if self.refused.swap(false, Ordering::Relaxed) {
                    tracing::info!("traces.sent_again");
                }
                Ok(())
            }
            Err(error) => {
                if !self.refused.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, collector = self.url, "traces.not_sent");
                }
                Err(OTelSdkError::InternalFailure(error.to_string()))
            }
        }
    }
}
