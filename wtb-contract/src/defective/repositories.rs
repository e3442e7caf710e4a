//! The repositories of a unit with a defect: each call goes to the other store through the defect.

use super::defect::Defect;
use super::unit::Unit;
use async_trait::async_trait;
use wtb_domain::{
    AuditEntry, CheckpointFile, CheckpointFileId, CheckpointId, EvaluationResult, EvaluationResultId,
    Execution, ExecutionId, ExecutionStatus, FileCommitId, NodeBoundary, NodeBoundaryId, NodeId, NodeVariant,
    NodeVariantId, SessionId, Workflow, WorkflowId,
};
use wtb_ports::{
    AuditLogRepository, CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository,
    NodeBoundaryRepository, NodeVariantRepository, Page, PageRequest, StoreResult, WorkflowRepository,
};

/// A list of a repository, read through the defect.
macro_rules! list {
    ($unit:ident, $page:ident, $request:ident => $call:expr) => {{
        $unit.enter().await?;
        let mut $request = $unit.defect.request($page);
        let mut found = $call.await;
        while let Ok(page) = &mut found
            && let Some(more) = $unit.defect.goes_on($request, page)
        {
            $request = more;
            match $call.await {
                Ok(more) => {
                    page.items.extend(more.items);
                    page.next = more.next;
                }
                failed => found = failed,
            }
        }
        let found = $unit.leave(found).await?;
        let mut page = $unit.defect.page($page, found);
        page.items = page.items.into_iter().map(|item| $unit.to_show(item)).collect();
        Ok(page)
    }};
}

macro_rules! repository {
    ($port:ident of $entity:ident under $id:ident in $repository:ident:
        $(list $list:ident($($filter:ident: $filter_type:ty),*);)*
        $(find $find:ident($($key:ident: $key_type:ty),*);)*
    ) => {
        #[async_trait]
        impl<D: Defect> $port for Unit<D> {
            async fn get_by_id(&mut self, id: &$id) -> StoreResult<Option<$entity>> {
                self.enter().await?;
                let found = self.defect.get_by_id(&mut self.inside, id).await;
                Ok(self.leave(found).await?.map(|entity| self.to_show(entity)))
            }

            async fn get_by_ids(&mut self, ids: &[$id]) -> StoreResult<Vec<$entity>> {
                self.enter().await?;
                let found = self.defect.get_by_ids(&mut self.inside, ids).await;
                Ok(self.leave(found).await?.into_iter().map(|entity| self.to_show(entity)).collect())
            }

            async fn add(&mut self, entity: $entity) -> StoreResult<$entity> {
                self.enter().await?;
                let entity = self.to_write(entity);
                let added = self.defect.add(&mut self.inside, entity).await;
                self.leave(added).await
            }

            async fn add_all(&mut self, entities: Vec<$entity>) -> StoreResult<Vec<$entity>> {
                self.enter().await?;
                let entities = entities.into_iter().map(|entity| self.to_write(entity)).collect();
                let added = self.defect.add_all(&mut self.inside, entities).await;
                self.leave(added).await
            }

            async fn update(&mut self, entity: $entity) -> StoreResult<$entity> {
                self.enter().await?;
                let entity = self.to_write(entity);
                let updated = self.defect.update(&mut self.inside, entity).await;
                self.leave(updated).await
            }

            async fn delete(&mut self, id: &$id) -> StoreResult<bool> {
                self.enter().await?;
                let deleted = self.defect.delete::<$entity>(&mut self.inside, id).await;
                self.leave(deleted).await
            }

            async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<$entity>> {
                list!(self, page, request => self.inside.unit().$repository().list_all(request))
            }

            $(async fn $list(&mut self, $($filter: $filter_type,)* page: PageRequest) -> StoreResult<Page<$entity>> {
                if self.defect.ignores_filter(stringify!($list)) {
                    return $port::list_all(self, page).await;
                }
                list!(self, page, request => self.inside.unit().$repository().$list($($filter,)* request))
            })*

            $(async fn $find(&mut self, $($key: $key_type),*) -> StoreResult<Option<$entity>> {
                self.enter().await?;
                let found = match self.inside.unit().$repository().$find($($key),*).await {
                    Ok(found) => self.defect.find(&mut self.inside, found).await,
                    failed => failed,
                };
                Ok(self.leave(found).await?.map(|entity| self.to_show(entity)))
            })*
        }
    };
}

repository! {
    WorkflowRepository of Workflow under WorkflowId in workflows:
    find get_by_name(name: &str);
    find get_by_name_and_version(name: &str, version: &str);
}

repository! {
    ExecutionRepository of Execution under ExecutionId in executions:
    list get_by_workflow(workflow_id: &WorkflowId);
    list get_by_status(status: ExecutionStatus);
    list get_running();
}

repository! {
    NodeBoundaryRepository of NodeBoundary under NodeBoundaryId in node_boundaries:
    list get_by_session(session_id: &SessionId);
    list get_completed(session_id: &SessionId);
    list get_by_execution(execution_id: &ExecutionId);
    find get_by_node(session_id: &SessionId, node_id: &NodeId);
}

repository! {
    CheckpointFileRepository of CheckpointFile under CheckpointFileId in checkpoint_files:
    list get_by_file_commit(file_commit_id: &FileCommitId);
    find get_by_checkpoint(checkpoint_id: &CheckpointId);
}

repository! {
    NodeVariantRepository of NodeVariant under NodeVariantId in node_variants:
    list get_by_node(workflow_id: &WorkflowId, node_id: &NodeId);
    list get_active(workflow_id: &WorkflowId, node_id: &NodeId);
    list get_by_workflow(workflow_id: &WorkflowId);
}

repository! {
    EvaluationResultRepository of EvaluationResult under EvaluationResultId in evaluation_results:
    list get_by_execution(execution_id: &ExecutionId);
}

#[async_trait]
impl<D: Defect> AuditLogRepository for Unit<D> {
    async fn append_logs<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        self.enter().await?;
        let entries = entries.into_iter().map(|entry| self.to_write(entry)).collect();
        let appended = self.defect.append_logs(&mut self.inside, execution_id, entries).await;
        self.leave(appended).await
    }

    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        if self.defect.ignores_filter("get_by_execution") {
            return AuditLogRepository::list_all(self, page).await;
        }
        list!(self, page, request => self.inside.unit().audit_logs().get_by_execution(execution_id, request))
    }

    async fn list_settled<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        let execution_id = execution_id.filter(|_| !self.defect.ignores_filter("list_settled"));
        list!(self, page, request => self.defect.list_settled(&mut self.inside, execution_id, request))
    }

    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<AuditEntry>> {
        list!(self, page, request => self.inside.unit().audit_logs().list_all(request))
    }
}
